// Finds candidates: visible elements of the right kind that contain the name or text anywhere. The browser is then
// asked for the accessible names of these few only.
const [scope, query] = arguments;

const ROLES = {
  button: "button, summary, input[type=button], input[type=submit], input[type=reset]",
  cell: "td",
  checkbox: "input[type=checkbox]",
  columnheader: "th",
  combobox: "select:not([multiple]), input[list]",
  dialog: "dialog",
  group: "fieldset, details",
  heading: "h1, h2, h3, h4, h5, h6",
  img: "img, svg[role=img]",
  link: "a[href]",
  list: "ul, ol",
  listitem: "li",
  main: "main",
  navigation: "nav",
  option: "option",
  progressbar: "progress",
  radio: "input[type=radio]",
  region: "section[aria-label], section[aria-labelledby]",
  row: "tr",
  rowheader: "th",
  status: "output",
  table: "table",
  textbox: "textarea, input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url]",
};
const FIELDS = "input:not([type=hidden]), select, textarea, [role=combobox], [role=textbox], [role=searchbox], [role=spinbutton], [role=switch]";

const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();
// Labels may be joined with or without spaces, so a first match ignores whitespace.
const bare = (text) => (text || "").replace(/\s+/g, "").toLowerCase();
const byIds = (ids) => (ids || "").split(/\s+/).map((id) => document.getElementById(id)?.textContent || "").join("");

const nameSources = (element) =>
  [
    element.getAttribute("aria-label"),
    byIds(element.getAttribute("aria-labelledby")),
    ...[...(element.labels || [])].map((label) => label.textContent),
    element.querySelector("legend, caption, summary")?.textContent,
    element.textContent,
    [...element.querySelectorAll("[aria-label], [alt], title")].map((part) => part.getAttribute("aria-label") || part.getAttribute("alt") || part.textContent).join(""),
    element.getAttribute("alt"),
    element.getAttribute("title"),
    element.getAttribute("placeholder"),
    element.value,
  ].map(bare);

const isVisible = (element) =>
  element.checkVisibility({ visibilityProperty: true }) && (element.getClientRects().length > 0 || element.tagName === "OPTION");

const root = scope || document;
let found;
if (query.kind === "text") {
  const wanted = squeeze(query.value);
  const holds = (element) => squeeze(element.textContent).includes(wanted);
  const all = [...root.querySelectorAll("*")].filter((element) => !element.closest("head, script, style, template"));
  found = all.filter((element) => holds(element) && ![...element.children].some(holds));
} else {
  const selector = query.kind === "role" ? [ROLES[query.value], `[role~="${query.value}"]`].filter(Boolean).join(", ") : query.kind === "field" ? FIELDS : query.value;
  found = [...root.querySelectorAll(selector)];
  if (query.kind === "role") {
    const role = (element) => element.getAttribute("role");
    found = found.filter((element) => !role(element) || role(element).split(/\s+/).includes(query.value));
  }
}
found = found.filter(isVisible);
if (query.name) {
  const wanted = bare(query.name);
  found = found.filter((element) => nameSources(element).some((source) => source.includes(wanted)));
}
if (query.containing) {
  const wanted = squeeze(query.containing);
  found = found.filter((element) => squeeze(element.textContent).includes(wanted));
}
return found;
