// Reads {"test": ..., "value": ..., "facts": {...}} a line, says what npm feelin makes of it, a line each.
// {"date": "2024-02-29"} stands for a day.
import { createInterface } from "node:readline";
import { evaluate, unaryTest } from "feelin";

const given = (value) => (value?.date ? evaluate(`date("${value.date}")`).value : value);

for await (const line of createInterface({ input: process.stdin })) {
  const { test, value, facts } = JSON.parse(line);
  const context = { "?": given(value) };
  for (const [name, fact] of Object.entries(facts)) context[name] = given(fact);
  let answer;
  try {
    answer = unaryTest(test, context).value;
  } catch (error) {
    answer = `error: ${error.message}`;
  }
  process.stdout.write(JSON.stringify(answer ?? null) + "\n");
}
