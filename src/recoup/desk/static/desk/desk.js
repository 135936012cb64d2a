// Single keys. Everything they do can be done without them, and nothing is sent by one press.
(() => {
  "use strict";
  const root = document.documentElement;
  if (root.dataset.keys !== "on") return;

  const rows = () => [...document.querySelectorAll("[data-row]")];
  let at = -1;

  const typing = (target) =>
    target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("on");
    at = Math.min(Math.max(at + step, 0), all.length - 1);
    all[at].classList.add("on");
    all[at].querySelector("a.open")?.focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };

  const open = (event) => {
    if (event.target.closest("a, button, summary")) return;
    (document.querySelector("[data-row].on a.open") || document.querySelector("[data-next]"))?.click();
  };

  const show = () => {
    const details = document.querySelector("details.show");
    if (!details) return;
    details.open = true;
    details.querySelector("select")?.focus();
  };

  const keys = {
    "/": () => document.querySelector("[data-find]")?.focus(),
    j: () => move(1),
    k: () => move(-1),
    Enter: open,
    v: show,
    "?": () => document.querySelector("a[data-keys]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    if (event.key !== "Enter") event.preventDefault();
    act(event);
  });

  document.querySelector("[data-find]")?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.target.blur();
  });
})();
