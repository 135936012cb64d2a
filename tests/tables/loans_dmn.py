"""A small rulebook as a file: two tables, comments, a drawing, another tool's own elements."""

LOANS = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- kept by the credit committee -->
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
    xmlns:recoup="https://recoup.dev/dmn/1" xmlns:own="urn:another-tool" id="loans" name="Loans" namespace="urn:loans"
    recoup:title="Loan desk" recoup:citation="Credit manual, 3" recoup:inForceFrom="2026-01-01">
  <inputData id="in_days" name="days overdue"><variable name="days overdue" typeRef="number"/></inputData>
  <inputData id="in_kind" name="kind"><variable name="kind" typeRef="string"/></inputData>
  <decision id="d_bucket" name="Bucket">
    <variable name="Bucket" typeRef="string"/>
    <informationRequirement id="r1"><requiredInput href="#in_days"/></informationRequirement>
    <decisionTable id="t_bucket" hitPolicy="UNIQUE">
      <input id="i1" label="Days"><inputExpression typeRef="number"><text>days overdue</text></inputExpression></input>
      <output id="o1" typeRef="string"><outputValues><text>"none","early","late"</text></outputValues></output>
      <annotation name="citation"/>
      <!-- nobody is late yet -->
      <rule id="b1">
        <inputEntry id="b1i"><text>&lt;= 0</text></inputEntry>
        <outputEntry id="b1o"><text>"none"</text></outputEntry>
        <annotationEntry><text>3.1</text></annotationEntry>
      </rule>
      <!-- the first month -->
      <rule id="b2">
        <description>agreed in May</description>
        <inputEntry id="b2i"><text><![CDATA[(0..30]]]></text></inputEntry>
        <outputEntry id="b2o"><text>"early"</text></outputEntry>
      </rule>
      <rule id="b3">
        <inputEntry id="b3i"><text>&gt; 30</text></inputEntry>
        <outputEntry id="b3o"><text>"late"</text></outputEntry>
        <annotationEntry><text>=1+1 is no formula</text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
  <decision id="d_letter" name="Letter">
    <variable name="Letter" typeRef="string"/>
    <informationRequirement id="r2"><requiredDecision href="#d_bucket"/></informationRequirement>
    <informationRequirement id="r3"><requiredInput href="#in_kind"/></informationRequirement>
    <decisionTable id="t_letter" hitPolicy="FIRST">
      <input id="l1"><inputExpression typeRef="string"><text>Bucket</text></inputExpression></input>
      <input id="l2"><inputExpression typeRef="string"><text>kind</text></inputExpression></input>
      <output id="l3" typeRef="string"/>
      <rule>
        <inputEntry><text>"late"</text></inputEntry><inputEntry><text>"card"</text></inputEntry>
        <outputEntry><text>"final"</text></outputEntry>
      </rule>
      <rule>
        <inputEntry><text>-</text></inputEntry><inputEntry><text/></inputEntry>
        <outputEntry><text>"kind reminder"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><own:size w="3"/></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""
