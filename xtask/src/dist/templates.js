
// Builds the elements of `markup` in `target` without the browser's HTML parser. It supports what Leptos writes for the
// static parts of a view. It rejects everything else, and any text that is not part of the program.
function setMarkup(target, markup, isStatic) {
  const refuse = () => {
    throw new TypeError(`not the static markup of a view: ${markup}`);
  };
  if (!isStatic) refuse();
  const decode = (text) => text.replace(/&(?:(amp|gt|lt|quot);)?/g, (_, name) => ({ amp: "&", gt: ">", lt: "<", quot: '"' })[name] ?? refuse());
  const svg = "http://www.w3.org/2000/svg";
  const root = target.content ?? target;
  const { ownerDocument } = root;
  const fragment = ownerDocument.createDocumentFragment();
  let parent = fragment;
  let end = 0;
  for (const [token, slash, name, attributes] of markup.matchAll(/<(\/?)([a-z]\w*)((?: [a-z][\w-]*(?:="[^"<>]*")?)*)>|[^<>]+/gy)) {
    end += token.length;
    if (!name) parent.append(decode(token));
    else if (slash) {
      if (attributes || parent.localName !== name) refuse();
      parent = parent.parentNode;
    } else {
      // Elements that run or load something, lead elsewhere, or have a content model of their own.
      if (/^(base|embed|foreignObject|i?frame|link|math|meta|object|param|script|style|template)$/.test(name)) refuse();
      const isSvg = name === "svg" || (parent.namespaceURI ?? target.namespaceURI) === svg;
      const element = isSvg ? ownerDocument.createElementNS(svg, name) : ownerDocument.createElement(name);
      for (const [, key, value] of attributes.matchAll(/ ([\w-]+)(?:="([^"]*)")?/g)) {
        if (/^(on.*|srcdoc|style)$/.test(key)) refuse();
        element.setAttribute(key, decode(value ?? ""));
      }
      parent.append(element);
      if (!/^(area|br|col|hr|img|input|source|track|wbr)$/.test(name)) parent = element;
    }
  }
  if (end < markup.length || parent !== fragment) refuse();
  root.replaceChildren(fragment);
}
