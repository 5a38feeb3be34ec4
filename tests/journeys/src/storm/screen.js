// Everything that a user sees at a glance, as data.
const STAGES = [
  ["sending", ".sending[data-key]"],
  ["unknown", ".unknown[data-key]"],
  ["receipt", ".receipt[data-key]"],
  ["absent", ".absent[data-key]"],
  ["review", ".review"],
  ["form", "form.movement"],
];
const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();
const shown = (element) => element && !element.hidden && element.checkVisibility();

const main = document.querySelector("main#main") || document.querySelector("main");
const [stage, element] = STAGES.map(([name, selector]) => [name, main?.querySelector(selector)]).find(([, found]) => found) || [null, null];
const asks = main?.querySelector(".review .asks");
const panic = document.getElementById("panic");
const boot = document.getElementById("boot");
const toSubmission = (item) => ({ key: item.dataset.key || "", state: item.dataset.state || "" });

return {
  path: location.pathname,
  heading: squeeze(main?.querySelector("h1")?.innerText),
  portal: !!boot || !!panic || !!document.querySelector("header.frame"),
  booting: !!boot && !shown(document.getElementById("fault")),
  panic: shown(panic) ? squeeze(panic.innerText) : null,
  sign_in: !!main?.querySelector("form.sign-in"),
  signed_in: !!document.querySelector("nav.main"),
  stage,
  key: element?.dataset.key || null,
  state: element?.dataset.state || null,
  asks: asks ? [...asks.classList].filter((name) => name !== "asks") : null,
  wants_acceptance: !!main?.querySelector(".review .no-journal"),
  ready: !element?.querySelector("button.primary")?.disabled,
  buttons: [...(element?.querySelectorAll("button") || [])].filter((button) => !button.disabled).map((button) => squeeze(button.textContent)),
  cannot_tell: !!element?.querySelector(".candidates"),
  candidates: [...(element?.querySelectorAll(".candidates > li") || [])].map((item) => squeeze(item.innerText)),
  found: !!element?.querySelector(".evidence"),
  excess: !!element?.querySelector(".excess"),
  alarms: [...document.querySelectorAll("aside.alarms li[data-key]")].map((item) => item.dataset.key),
  clock_notice: !!document.querySelector("aside.clock-notice"),
  banner: [...document.querySelectorAll("aside.unresolved li[data-key]")].map(toSubmission),
  alert: squeeze(main?.querySelector("[role=alert]")?.innerText),
};
