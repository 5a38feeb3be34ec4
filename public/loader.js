// Starts the program. An external file, because the Content-Security-Policy forbids inline scripts.
//
// The build names the program's two files in the head: the module as a preload, and the wasm with its hash and size.
// Browsers don't enforce the integrity of such a preload, and a fetch that does reports no progress before the last
// byte. So the bytes are counted and compiled as they arrive, and hashed here. A file with another hash never runs.

const byId = (id) => document.getElementById(id);
const script = document.querySelector('link[rel="modulepreload"]');
const wasm = document.querySelector('link[rel="preload"][as="fetch"]');

// Modules import each other relative to their own URLs, where WebKit writes `%2F` for the page's `%2f`. A module
// imported by two URLs would run twice, so resolve against this module's URL, not the page's.
const importModule = (link) => import(new URL(link.href.split("/").pop(), import.meta.url));

// For each kind of fault: what happened, what to do, and whether trying again may help.
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

// Removes the user name, password, query and fragment from all URLs in the text: users forward these details.
const withoutSecrets = (text) => String(text).replace(/(\w:\/\/)(?:[^\s/]*@)?([^\s?#]*)(?:[?#]\S*)?/g, "$1$2");

class Fault extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

// Fetches and compiles a wasm file of `size` bytes, and calls `progress` with the number of bytes received so far.
// Returns the module only if the file's hash is `integrity`.
export async function load(url, integrity, size, progress) {
  // In insecure contexts, scripts can't hash. There the browser enforces the integrity and reports no progress.
  const subtle = globalThis.crypto?.subtle;
  // Browsers use a preload only for a request with the same mode and credentials, and would otherwise fetch the file
  // twice. `integrity` requires another mode.
  const options = subtle ? { mode: "no-cors", credentials: "include" } : { integrity };
  const response = await fetch(url, options).catch((error) => {
    throw new Fault("unreached", `${url}: ${error.message}`);
  });
  const { status } = response;
  if (!response.ok) throw new Fault(status === 404 || status === 410 ? "gone" : "unreached", `${url} answers with status ${status}`);
  // If a download ends early while Firefox compiles it, that process can't compile anything again. So Firefox compiles
  // only complete files.
  const isFirefox = CSS.supports("-moz-appearance", "none");
  const counted = isFirefox ? response : response.clone();
  const streamed = isFirefox ? null : WebAssembly.compileStreaming(response).catch(() => null);
  const chunks = [];
  let count = 0;
  for (const reader = counted.body.getReader(); ; ) {
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
    const actual = `sha384-${btoa(String.fromCharCode(...digest))}`;
    // Firefox ends a compressed response without an error when the connection is lost.
    const isWasm = new Uint8Array(bytes, 0, Math.min(4, count)).every((byte, at) => byte === [0, 97, 115, 109][at]);
    if (count < size && isWasm) throw new Fault("broken", `${url} broke off after ${count} of ${size} bytes`);
    if (actual !== integrity) throw new Fault("altered", `${url} is ${actual} (${count} bytes, ${response.headers.get("content-type")}), not ${integrity}`);
  }
  return (await streamed) ?? WebAssembly.compile(bytes).catch((error) => {
    throw new Fault("unsupported", error.message);
  });
}

// Finds out why the module could not be imported, which `import` doesn't report.
async function throwImportError() {
  const { status } = await fetch(script.href, { method: "HEAD" }).catch(() => ({ status: 0 }));
  throw new Fault({ 404: "gone", 410: "gone", 200: "altered" }[status] ?? "unreached", `${script.href} cannot be used (status ${status})`);
}

async function start() {
  if (typeof WebAssembly !== "object") throw new Fault("unsupported", "no WebAssembly");
  try {
    // The smallest valid module: only a security policy can block it. Safari checks the policy when instantiating.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch (error) {
    throw new Fault("blocked", `The Content-Security-Policy must allow script-src 'wasm-unsafe-eval': ${error.message}`);
  }
  // The portal's base path; the program reads it. Two leading slashes would name another host.
  const base = new URL(".", script.href).pathname.replace(/^\/+/, "/");
  document.documentElement.dataset.base = base;
  // Browsers resolve these again when the URL changes, so make them absolute.
  for (const link of document.querySelectorAll('link[rel="icon"], #panic a')) link.href = link.href;

  const config = prefetch(`${base}config.json`, { cache: "no-cache", credentials: "same-origin" });

  const kilobytes = (bytes) => Math.round(bytes / 1000).toLocaleString();
  const { bytes, integrity = wasm.integrity } = wasm.dataset;
  const bar = byId("boot-bar");
  const progress = (count) => {
    // No progress bar for a cached load.
    bar.hidden = performance.now() < 600;
    if (bytes) [bar.max, bar.value] = [bytes, count];
    if (count > 0.75 * (bytes || Infinity)) resolveNearlyLoaded();
    byId("boot-count").textContent = bar.hidden ? "" : `${kilobytes(count)}${bytes ? ` of ${kilobytes(bytes)}` : ""} kB`;
  };
  // The next files start just before the program has arrived: they leave no gap, and don't compete with it for
  // bandwidth.
  let resolveNearlyLoaded;
  const nearlyLoaded = new Promise((done) => (resolveNearlyLoaded = done));
  prefetchScreen(config, nearlyLoaded).catch(() => {});
  const [module, compiled] = await Promise.all([importModule(script).catch(throwImportError), load(wasm.href, integrity, bytes, progress)]);
  hasStarted = true;
  resolveNearlyLoaded();
  await module.default({ module_or_path: compiled });
}

// Sends requests that the program will need, while it loads. The program takes the response, or sends its own request.
const prefetched = (window.creditDeskEarly = {});
function prefetch(url, options) {
  prefetched[url] = fetch(url, options);
  prefetched[url].catch(() => {});
  return prefetched[url];
}

// Fetches what the screen in the URL needs, while the program loads. Once the program has started, it sends its own
// requests. Where users type API keys, the keys are needed first.
let hasStarted = false;
async function prefetchScreen(configRequest, nearlyLoaded) {
  const config = await (await configRequest).clone().json();
  if (config.credentials !== "gateway") return;
  const { fetchScreen } = await importModule(document.querySelector("link[data-parts]"));
  await nearlyLoaded;
  if (hasStarted) return;
  const screen = location.pathname.split("/").filter(Boolean).pop();
  fetchScreen(screen);
  if (screen === "log") prefetchLog(config);
}

// Requests the page of the log that the URL asks for, exactly as the program would. Does nothing if the URL has filters
// or other parameters that need every entry.
function prefetchLog({ reseller_api, timeout_seconds = 20 }) {
  const { page = "1", page_size = "20", cols, ...otherParams } = Object.fromEntries(new URLSearchParams(location.search));
  if (Object.keys(otherParams).length || !/^\d+ \d+$/.test(`${page} ${page_size}`)) return;
  // A gateway is on the page's own host; the program rejects any other URL.
  if (!/^\/(?!\/)/.test(reseller_api?.base_url)) return;
  const url = `${reseller_api.base_url.replace(/\/+$/, "")}/reseller/credits/logs?page=${page}&page_size=${page_size}`;
  prefetch(url, {
    headers: { accept: "application/json" },
    cache: "no-store",
    credentials: "same-origin",
    redirect: "manual",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(timeout_seconds * 1000),
  });
  // After that, the response is too old to use.
  setTimeout(() => delete prefetched[url], 20000);
}

// Translation tools and extensions replace text nodes with their own elements. The program keeps references to its text
// nodes, so its later changes to them would not show. A replaced text node is therefore put back as soon as the program
// uses it again.
function putBackReplacedTexts() {
  // Text nodes that the program itself has removed.
  const removed = new WeakSet();
  const { remove } = CharacterData.prototype;
  Text.prototype.remove = function () {
    if (this.isConnected) removed.add(this);
    remove.call(this);
  };
  // Maps an element to the text node that it replaced.
  const originals = new WeakMap();
  const onReplaced = (text, replacement) => {
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
  // Numbers are not translated.
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
        if (replacement) onReplaced(text, replacement);
      }
      if (type === "characterData") keepNumbers(target);
      else addedNodes.forEach(keepNumbers);
    }
  }).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
}

// Bypasses every cache, which would only return the same outdated page or broken file.
async function retry(event) {
  event.target.disabled = true;
  try {
    sessionStorage.setItem("again", wasm.href);
  } catch {
    // Without storage, a second failure just offers the retry again.
  }
  await Promise.allSettled([location.href, script.href, wasm.href].map((url) => fetch(url, { cache: "reload" })));
  location.reload();
}

function hasRetried() {
  try {
    return sessionStorage.getItem("again") === wasm.href;
  } catch {
    return false;
  }
}

function show(error) {
  const kind = error.kind === "gone" && hasRetried() ? "missing" : (error.kind ?? "failed");
  const [message, advice, canRetry] = FAULTS[kind];
  byId("fault").dataset.kind = kind;
  byId("fault-what").textContent = message;
  byId("fault-advice").textContent = advice;
  byId("fault-tell").textContent = withoutSecrets(`${error.message} · ${new Date().toISOString()} · ${navigator.userAgent}`);
  const button = byId("fault-again");
  button.hidden = !canRetry;
  if (kind === "gone") button.textContent = "Refresh";
  button.addEventListener("click", retry);
  byId("boot-wait").remove();
  byId("fault").hidden = false;
}

// Shows the panic page after a failure that never reached the program's panic hook, such as a stack overflow or running
// out of memory. A dead page never stays on screen.
function onCrash(event) {
  const error = event.error ?? event.reason;
  const panic = byId("panic");
  if (!panic?.hidden || !String(error?.stack).includes(".wasm")) return;
  byId("panic-what").textContent = withoutSecrets(error);
  panic.hidden = false;
  document.body.replaceChildren(panic);
}
addEventListener("error", onCrash);
addEventListener("unhandledrejection", onCrash);

byId("boot-late").remove();
putBackReplacedTexts();
// A page whose URL contains a user name or password can't fetch relative URLs, and the history and printouts show them.
// The browser remembers both for the host. The fragment is dropped because Firefox would not reload the page with it.
const url = new URL(document.baseURI);
if (url.username || url.password) {
  url.username = url.password = url.hash = "";
  location.replace(url);
} else start().catch(show);
