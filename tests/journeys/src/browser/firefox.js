// Runs once in Firefox's own window with chrome privileges: runs the journey's scripts in every page before the page's
// own, and records what pages write to the console. `journeys:scripts` holds the scripts' sources and is shared among
// the browser's processes.
const written = (window.journeysConsole = []);
Services.mm.addMessageListener("journeys:console", ({ data }) => written.push(data));

// Runs in each tab's process.
const frame = () => {
  const { addDebuggerToGlobal } = ChromeUtils.importESModule("resource://gre/modules/jsdebugger.sys.mjs", { global: "contextual" });
  addDebuggerToGlobal(globalThis);
  const debug = new Debugger();
  addEventListener(
    "DOMWindowCreated",
    ({ target }) => {
      const page = target.defaultView;
      if (page !== page.top) return;
      const world = debug.makeGlobalObjectReference(page);
      for (const source of Services.cpmm.sharedData.get("journeys:scripts") ?? []) {
        const end = world.executeInGlobal(source);
        if (end && "throw" in end) {
          const { message } = end.throw.unsafeDereference();
          sendAsyncMessage("journeys:console", { level: "error", message: `a script before the page failed: ${message}` });
        }
      }
    },
    true,
  );
  const text = (value) => {
    try {
      return typeof value === "object" ? String(Cu.waiveXrays(value)) : String(value);
    } catch {
      return "(a value without text)";
    }
  };
  const storage = Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage);
  const note = (entry) => {
    // Firefox and its built-in extensions also log here, and other tabs of this process have their own frame script.
    if (!/^https?:/.test(entry.filename) || entry.innerID !== content?.windowGlobalChild?.innerWindowId) return;
    const message = [...entry.arguments].map(text).join(" ");
    sendAsyncMessage("journeys:console", { level: entry.level, message: `${entry.filename}:${entry.lineNumber}: ${message}` });
  };
  storage.addLogEventListener(note, Cc["@mozilla.org/systemprincipal;1"].createInstance(Ci.nsIPrincipal));
  addEventListener("unload", ({ target }) => target === globalThis && storage.removeLogEventListener(note));
};
Services.mm.loadFrameScript(`data:application/javascript;charset=utf-8,${encodeURIComponent(`(${frame})()`)}`, true);
