// The editor of a draft: dmn-js on the left, our own check on the right. Without scripts the form below it does the same.
(() => {
  "use strict";
  const form = document.getElementById("draft-text");
  const place = document.getElementById("editor");
  if (!form || !place || !window.DmnJS) return;

  // Text fields of the editor write style elements; the page's policy lets in those that bear its nonce.
  const { nonce } = document.currentScript || {};
  const create = document.createElement.bind(document);
  document.createElement = (name, ...rest) => {
    const made = create(name, ...rest);
    if (nonce && String(name).toLowerCase() === "style") made.nonce = nonce;
    return made;
  };

  const text = form.querySelector("textarea[name=dmn]");
  const found = document.getElementById("check");
  const views = document.getElementById("views");
  const saving = document.getElementById("save-state");
  const words = JSON.parse(place.dataset.words || "{}");
  const translate = (template, values = {}) =>
    (words[template] || template).replace(/{([^}]+)}/g, (_, key) => values[key] ?? `{${key}}`);
  const speaking = { additionalModules: [{ translate: ["value", translate] }] };
  const modeler = new window.DmnJS({
    container: place, drd: speaking, decisionTable: speaking, literalExpression: speaking, boxedExpression: speaking,
  });
  let changed = false;
  let last = text.value;
  let waiting = 0;
  let asked = 0;

  const say = (key) => { saving.textContent = saving.dataset[key] || ""; };

  const check = async () => {
    const mine = ++asked;
    try {
      const { xml } = await modeler.saveXML({ format: true });
      if (xml === last) return;
      last = xml;
      text.value = xml;
      changed = true;
      say("unsaved");
      const body = new FormData(form);
      const answer = await fetch(form.dataset.check, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (mine === asked && answer.ok) found.innerHTML = await answer.text();
    } catch {
      say("failed");
    }
  };

  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 600);
  };

  const current = () => {
    const active = modeler.getActiveView();
    for (const button of views.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(active && button.dataset.view === active.id));
    }
  };

  const list = () => {
    views.replaceChildren(...modeler.getViews().map((view) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn small q";
      button.dataset.view = view.id;
      button.dataset.name = view.type === "drd" ? "" : view.name || view.element.name || "";
      button.textContent = view.type === "drd" ? views.dataset.whole : button.dataset.name;
      button.addEventListener("click", () => open(view.id));
      return button;
    }));
    current();
  };

  const open = async (id) => {
    const view = modeler.getViews().find((each) => each.id === id);
    if (view) await modeler.open(view);
    if (view?.type === "drd") {
      const canvas = modeler.getActiveViewer().get("canvas");
      canvas.zoom(1);
      canvas.scroll({ dx: 220, dy: 90 });
    }
    current();
  };

  const show = async (table, rule) => {
    const view = modeler.getViews().find((each) => each.type !== "drd" && (each.name || each.element.name) === table);
    if (view) await open(view.id);
    const row = rule ? place.querySelectorAll("tbody > tr")[Number(rule) - 1] : place.querySelector("table");
    for (const lit of place.querySelectorAll(".shown-row")) lit.classList.remove("shown-row");
    row?.classList.add("shown-row");
    row?.scrollIntoView({ block: "center", inline: "nearest" });
    row?.querySelector("td.input-cell")?.click();
  };

  found.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-table]");
    if (button) show(button.dataset.table, button.dataset.rule);
  });

  modeler.on("viewer.created", ({ viewer }) => viewer.on("elements.changed", soon));
  modeler.on("views.changed", list);

  form.addEventListener("submit", async (event) => {
    if (form.dataset.ready) return;
    const { submitter } = event;
    event.preventDefault();
    try {
      text.value = (await modeler.saveXML({ format: true })).xml;
    } catch {
      say("failed");
      return;
    }
    form.dataset.ready = "1";
    changed = false;
    // A form that is still telling of one submission takes no other: the second waits until the first is over.
    setTimeout(() => form.requestSubmit(submitter), 0);
  });

  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  const begin = async () => {
    try {
      await modeler.importXML(text.value);
      last = (await modeler.saveXML({ format: true })).xml;
      const first = modeler.getViews().find((view) => view.type === "decisionTable");
      if (first) await modeler.open(first);
      document.documentElement.classList.add("editor-runs");
      list();
      place.dataset.ready = "1";
    } catch (error) {
      place.hidden = true;
      say("failed");
      form.querySelector("details")?.setAttribute("open", "");
    }
  };
  begin();
})();
