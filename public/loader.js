// Starts the program. An external file, because the page's policy allows no inline script.
//
// The build names its two files in the head: the module as a preload, and the wasm with its hash and size. Browsers do not
// enforce the integrity of such a preload, and a fetch that does tells nothing before the last byte has come; so the bytes
// are counted and compiled while they come, and hashed here: what does not fit never runs.

const part = (id) => document.getElementById(id);
const script = document.querySelector('link[rel="modulepreload"]');
const wasm = document.querySelector('link[rel="preload"][as="fetch"]');

// Modules import each other by their own addresses, where WebKit writes `%2F` for the page's `%2f`. A module imported by two
// addresses would run twice, so this address counts, not the page's.
const importModule = (link) => import(new URL(link.href.split("/").pop(), import.meta.url));

// What happened, what to do, and whether trying again may help.
const FAULTS = {
  unsupported: ["This browser can't run Credit Desk.", "Use a current Chrome, Edge, Firefox or Safari, with WebAssembly enabled."],
  blocked: ["This site's security settings are blocking Credit Desk.", "Contact your administrator."],
  unreached: ["Credit Desk couldn't be downloaded.", "Check your connection and try again.", true],
  broken: ["The download was interrupted.", "Check your connection and try again. If this happens again, contact your administrator.", true],
  altered: ["The download failed its integrity check, so it wasn't started.", "Try again. If this happens again, don't enter your API key; contact your administrator.", true],
  gone: ["Credit Desk was updated.", "Refresh to get the new version.", true],
  missing: ["Part of Credit Desk is missing from the server.", "Contact your administrator."],
  failed: ["Credit Desk couldn't start.", "Try again. If this happens again, contact your administrator.", true],
};

// The text without the user name, password, query and fragment of any address in it: people pass these details on.
const withoutSecrets = (text) => String(text).replace(/(\w:\/\/)(?:[^\s/]*@)?([^\s?#]*)(?:[?#]\S*)?/g, "$1$2");

class Fault extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

// Fetches a wasm file of `size` bytes; `progress` hears how many bytes have come. The module is given out only if its hash is
// `integrity`.
export async function load(url, integrity, size, progress) {
  // Where pages are not secure there is no hashing; there the browser enforces it, and nothing is counted until the end.
  const subtle = globalThis.crypto?.subtle;
  // Browsers use a preload only for a request of the same mode and credentials, and would otherwise fetch the file twice;
  // `integrity` requires another mode.
  const options = subtle ? { mode: "no-cors", credentials: "include" } : { integrity };
  const response = await fetch(url, options).catch((error) => {
    throw new Fault("unreached", `${url}: ${error.message}`);
  });
  const { status } = response;
  if (!response.ok) throw new Fault(status === 404 || status === 410 ? "gone" : "unreached", `${url} answers with status ${status}`);
  // If a file ends early while Firefox compiles it, that process never compiles another one. It gets complete files only.
  const isFirefox = CSS.supports("-moz-appearance", "none");
  const copy = isFirefox ? response : response.clone();
  const early = isFirefox ? null : WebAssembly.compileStreaming(response).catch(() => null);
  const chunks = [];
  let count = 0;
  for (const reader = copy.body.getReader(); ; ) {
    const { done, value } = await reader.read().catch((error) => {
      throw new Fault("broken", `${url} broke off after ${count} bytes: ${error.message}`);
    });
    if (done) break;
    chunks.push(value);
    progress((count += value.length));
  }
  const bytes = await new Blob(chunks).arrayBuffer();
  if (subtle && integrity) {
    const digest = new Uint8Array(await subtle.digest("SHA-384", bytes));
    const found = `sha384-${btoa(String.fromCharCode(...digest))}`;
    // Firefox ends a compressed response without an error when the connection is lost.
    const isWasm = new Uint8Array(bytes, 0, Math.min(4, count)).every((byte, at) => byte === [0, 97, 115, 109][at]);
    if (count < size && isWasm) throw new Fault("broken", `${url} broke off after ${count} of ${size} bytes`);
    if (found !== integrity) throw new Fault("altered", `${url} is ${found} (${count} bytes, ${response.headers.get("content-type")}), not ${integrity}`);
  }
  return (await early) ?? WebAssembly.compile(bytes).catch((error) => {
    throw new Fault("unsupported", error.message);
  });
}

// Why the module could not be imported: an import does not tell.
async function unimported() {
  const { status } = await fetch(script.href, { method: "HEAD" }).catch(() => ({ status: 0 }));
  throw new Fault({ 404: "gone", 410: "gone", 200: "altered" }[status] ?? "unreached", `${script.href} cannot be used (status ${status})`);
}

async function start() {
  if (typeof WebAssembly !== "object") throw new Fault("unsupported", "no WebAssembly");
  try {
    // The smallest module there is: only a policy can have something against it. Safari asks it when there is an instance.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch (error) {
    throw new Fault("blocked", `The Content-Security-Policy must allow script-src 'wasm-unsafe-eval': ${error.message}`);
  }
  // Where the portal lies on its host; the program reads it. Two slashes at its start would be the name of another host.
  const base = new URL(".", script.href).pathname.replace(/^\/+/, "/");
  document.documentElement.dataset.base = base;
  // These are looked up again when the address has changed, and must not follow it.
  for (const link of document.querySelectorAll('link[rel="icon"], #panic a')) link.href = link.href;

  const config = ask(`${base}config.json`, { cache: "no-cache", credentials: "same-origin" });

  const kilobytes = (bytes) => Math.round(bytes / 1000).toLocaleString();
  const { bytes, integrity = wasm.integrity } = wasm.dataset;
  const bar = part("boot-bar");
  const progress = (count) => {
    // Who has it already sees no bar flash by.
    bar.hidden = performance.now() < 600;
    if (bytes) [bar.max, bar.value] = [bytes, count];
    if (count > 0.75 * (bytes || Infinity)) nearlyThere();
    part("boot-count").textContent = bar.hidden ? "" : `${kilobytes(count)}${bytes ? ` of ${kilobytes(bytes)}` : ""} kB`;
  };
  // What comes next follows the program without a gap, and takes nothing from its share of the line.
  let nearlyThere;
  const near = new Promise((done) => (nearlyThere = done));
  fetchNext(config, near).catch(() => {});
  const [module, compiled] = await Promise.all([importModule(script).catch(unimported), load(wasm.href, integrity, bytes, progress)]);
  starts = true;
  nearlyThere();
  await module.default({ module_or_path: compiled });
}

// Asks for what the program will ask for, while it is on its way; it takes the answer, or asks again.
const early = (window.creditDeskEarly = {});
function ask(address, options) {
  early[address] = fetch(address, options);
  early[address].catch(() => {});
  return early[address];
}

// What the screen in the address needs, while the program is on its way. Once it is there it asks for itself; and where keys
// are typed, they come first.
let starts = false;
async function fetchNext(asked, near) {
  const config = await (await asked).clone().json();
  if (config.credentials !== "gateway") return;
  const { fetchPart } = await importModule(document.querySelector("link[data-parts]"));
  await near;
  if (starts) return;
  const screen = location.pathname.split("/").filter(Boolean).pop();
  fetchPart(/^(calculate|transfer|revert|allocate|activity)$/.test(screen) ? "forms" : screen === "log" ? "log" : screen === "wallet" ? "tools" : "overview");
  if (screen === "log") askLog(config);
}

// The log's first answer, where the address asks for no more than a page of it. As the program's own requests.
function askLog({ reseller_api, timeout_seconds = 20 }) {
  const { page = "1", page_size = "20", cols, ...others } = Object.fromEntries(new URLSearchParams(location.search));
  if (Object.keys(others).length || !/^\d+ \d+$/.test(`${page} ${page_size}`)) return;
  // A gateway is on the page's own host; the program refuses any other address.
  if (!/^\/(?!\/)/.test(reseller_api?.base_url)) return;
  const address = `${reseller_api.base_url.replace(/\/+$/, "")}/reseller/credits/logs?page=${page}&page_size=${page_size}`;
  ask(address, {
    headers: { accept: "application/json" },
    cache: "no-store",
    credentials: "same-origin",
    redirect: "manual",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(timeout_seconds * 1000),
  });
  // By then it is no news.
  setTimeout(() => delete early[address], 20000);
}

// Translators and extensions replace texts with elements of their own, while the program holds on to the texts: what it
// writes into one, or where it removes one, would not show. So a text that was replaced goes back to its place as soon as
// the program uses it again.
function putBackReplacedTexts() {
  // Texts that the program itself has removed.
  const removed = new WeakSet();
  const { remove } = CharacterData.prototype;
  Text.prototype.remove = function () {
    if (this.isConnected) removed.add(this);
    remove.call(this);
  };
  // The text that an element has replaced.
  const originals = new WeakMap();
  const replaced = (text, replacement) => {
    originals.set(replacement, text);
    const putBack = () => {
      for (const name of ["nodeValue", "parentNode", "remove", "replaceWith"]) delete text[name];
      if (!text.isConnected && replacement.isConnected) replacement.replaceWith(text);
      return text;
    };
    Object.defineProperties(text, {
      nodeValue: { configurable: true, get: () => text.data, set: (value) => (putBack().nodeValue = value) },
      parentNode: { configurable: true, get: () => putBack().parentNode },
      remove: { configurable: true, value: () => putBack().remove() },
      replaceWith: { configurable: true, value: (...nodes) => putBack().replaceWith(...nodes) },
    });
  };
  // Numbers are the same in every language.
  const keepNumbers = (node) => {
    if (node.nodeType !== Node.TEXT_NODE) node.childNodes.forEach(keepNumbers);
    else if (node.parentElement?.translate && /\p{Nd}/u.test(node.data)) node.parentElement.translate = false;
  };
  new MutationObserver((records) => {
    const added = new Set(records.flatMap((record) => [...record.addedNodes]));
    for (const { target, type, addedNodes, removedNodes, previousSibling, nextSibling } of records) {
      for (const node of removedNodes) {
        const text = node.nodeType === Node.TEXT_NODE ? node : originals.get(node);
        if (!text || text.isConnected || removed.delete(text)) continue;
        const replacement = [...addedNodes, previousSibling, nextSibling].find((other) => added.has(other));
        if (replacement) replaced(text, replacement);
      }
      if (type === "characterData") keepNumbers(target);
      else addedNodes.forEach(keepNumbers);
    }
  }).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
}

// Past every cache: a kept page, or a kept file that is broken, would only come again.
async function again(event) {
  event.target.disabled = true;
  try {
    sessionStorage.setItem("again", wasm.href);
  } catch {
    // Then it is offered once more.
  }
  await Promise.allSettled([location.href, script.href, wasm.href].map((url) => fetch(url, { cache: "reload" })));
  location.reload();
}

function tried() {
  try {
    return sessionStorage.getItem("again") === wasm.href;
  } catch {
    return false;
  }
}

function show(error) {
  const kind = error.kind === "gone" && tried() ? "missing" : (error.kind ?? "failed");
  const [what, advice, hope] = FAULTS[kind];
  part("fault").dataset.kind = kind;
  part("fault-what").textContent = what;
  part("fault-advice").textContent = advice;
  part("fault-tell").textContent = withoutSecrets(`${error.message} · ${new Date().toISOString()} · ${navigator.userAgent}`);
  const button = part("fault-again");
  button.hidden = !hope;
  if (kind === "gone") button.textContent = "Refresh";
  button.addEventListener("click", again);
  part("boot-wait").remove();
  part("fault").hidden = false;
}

// A fault that never reached the program's own hook, such as a full stack or memory: a dead page never stays.
function stopped(event) {
  const error = event.error ?? event.reason;
  const panic = part("panic");
  if (!panic?.hidden || !String(error?.stack).includes(".wasm")) return;
  part("panic-what").textContent = withoutSecrets(error);
  panic.hidden = false;
  document.body.replaceChildren(panic);
}
addEventListener("error", stopped);
addEventListener("unhandledrejection", stopped);

part("boot-late").remove();
putBackReplacedTexts();
// A page whose address holds a user name or a password can't fetch by relative addresses, and its history and printouts show
// them. The browser remembers both for the host. With a fragment, Firefox would stay on the page.
const address = new URL(document.baseURI);
if (address.username || address.password) {
  address.username = address.password = address.hash = "";
  location.replace(address);
} else start().catch(show);
