// Translates the page as Chrome does: replaces every text node with an element, immediately and after every change,
// except under translate="no". Letters rotate by 13 places and digits by 5, so translating twice restores the original.
window.rotate = (text) =>
  text.replace(/[a-z0-9]/gi, (c) => {
    const [first, count] = /\d/.test(c) ? ["0", 10] : [c < "a" ? "A" : "a", 26];
    const start = first.charCodeAt(0);
    return String.fromCharCode(start + ((c.charCodeAt(0) - start + count / 2) % count));
  });
window.translatedNumbers = [];
const replaceTexts = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parent = text.parentElement;
    if (!text.data.trim() || !parent || parent.closest("script, style, noscript, textarea, [data-translated]")) continue;
    if (!OBEYS ? false : !parent.translate) continue;
    if (/\d/.test(text.data)) translatedNumbers.push(text.data);
    const outer = document.createElement("font");
    const inner = document.createElement("font");
    outer.dataset.translated = "";
    outer.append(inner);
    inner.append(rotate(text.data));
    text.replaceWith(outer);
  }
};
let timer = 0;
const schedule = () => {
  clearTimeout(timer);
  timer = setTimeout(replaceTexts, 30);
};
replaceTexts();
new MutationObserver(schedule).observe(document.body, { childList: true, characterData: true, subtree: true });
// The page's text, translated back.
window.readable = () => {
  const copy = document.body.cloneNode(true);
  for (const font of copy.querySelectorAll("[data-translated]")) font.replaceWith(rotate(font.textContent));
  for (const hidden of copy.querySelectorAll("script, pre, [hidden]")) hidden.remove();
  return copy.textContent;
};
