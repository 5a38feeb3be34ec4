"""A bare browser around WebKitGTK, which WebKitWebDriver starts instead of MiniBrowser.

An automated MiniBrowser stores nothing, can't be narrower than its toolbar, and has a fixed language. This browser keeps its profile,
and accepts commands on a socket for what WebDriver lacks. Each command and each response is one line of JSON.

Usage: webkit.py PROFILE LANGUAGE
"""

import json
import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, WebKit2

PROFILE, LANGUAGE = sys.argv[1:3]
# Overlay scrollbars intercept clicks on whatever they could cover. Headless browsers have none.
NO_SCROLLBARS = "* { scrollbar-width: none !important } *::-webkit-scrollbar { display: none !important }"
CACHES = WebKit2.WebsiteDataTypes.MEMORY_CACHE | WebKit2.WebsiteDataTypes.DISK_CACHE


def redirect_output():
    """Keeps the output, which contains the page's console. The driver would discard it."""
    log = os.open(f"{PROFILE}/output.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)


class Browser:
    def __init__(self):
        self.data = WebKit2.WebsiteDataManager(
            base_data_directory=f"{PROFILE}/data", base_cache_directory=f"{PROFILE}/cache"
        )
        self.context = WebKit2.WebContext(website_data_manager=self.data)
        self.context.set_preferred_languages([LANGUAGE])
        self.context.set_automation_allowed(True)
        self.context.connect("automation-started", self.on_automation)
        self.context.connect("download-started", self.on_download)
        self.content = WebKit2.UserContentManager()
        self.content.add_style_sheet(
            WebKit2.UserStyleSheet.new(
                NO_SCROLLBARS,
                WebKit2.UserContentInjectedFrames.ALL_FRAMES,
                WebKit2.UserStyleLevel.USER,
                None,
                None,
            )
        )

    def on_automation(self, _context, session):
        session.connect("create-web-view", lambda _session: self.open_view())

    def on_download(self, _context, download):
        def choose(download, name):
            download.set_destination(f"file://{PROFILE}/downloads/{name}")
            return True

        download.connect("decide-destination", choose)

    def open_view(self, opener=None):
        settings = WebKit2.Settings(enable_write_console_messages_to_stdout=True)
        source = {"related_view": opener} if opener else {"web_context": self.context}
        view = WebKit2.WebView(
            is_controlled_by_automation=True,
            settings=settings,
            user_content_manager=self.content,
            **source,
        )
        view.connect("create", lambda view, _action: self.open_view(view))
        # A print dialog would block the page.
        view.connect("print", lambda _view, _operation: True)
        window = Gtk.Window(default_width=1280, default_height=900)
        window.add(view)
        view.connect("close", lambda _view: window.destroy())
        window.show_all()
        view.grab_focus()
        return view

    def run(self, command, answer):
        """Runs one command and calls `answer` with its result."""
        name, value = command["name"], command.get("value")
        if name == "scripts":
            self.content.remove_all_scripts()
            for source in value:
                self.content.add_script(
                    WebKit2.UserScript.new(
                        source,
                        WebKit2.UserContentInjectedFrames.TOP_FRAME,
                        WebKit2.UserScriptInjectionTime.START,
                        None,
                        None,
                    )
                )
            answer(True)
        elif name == "dark":
            Gtk.Settings.get_default().set_property("gtk-application-prefer-dark-theme", value)
            answer(True)
        elif name == "reduced-motion":
            Gtk.Settings.get_default().set_property("gtk-enable-animations", not value)
            answer(True)
        elif name in ("clear-cache", "clear-everything"):
            types = CACHES if name == "clear-cache" else WebKit2.WebsiteDataTypes.ALL
            self.data.clear(types, 0, None, lambda data, result: answer(data.clear_finish(result)))
        else:
            answer(False)

    def listen(self):
        service = Gio.SocketService()
        address = Gio.UnixSocketAddress.new(f"{PROFILE}/control")
        service.add_address(address, Gio.SocketType.STREAM, Gio.SocketProtocol.DEFAULT, None)
        service.connect("incoming", self.on_connection)
        service.start()
        return service

    def on_connection(self, _service, connection, _source):
        reader = Gio.DataInputStream.new(connection.get_input_stream())

        def answer(result):
            text = json.dumps(result) + "\n"
            connection.get_output_stream().write_all(text.encode())
            connection.close()

        def on_line(reader, result):
            line, _length = reader.read_line_finish_utf8(result)
            self.run(json.loads(line), answer)

        reader.read_line_async(GLib.PRIORITY_DEFAULT, None, on_line)
        return True


redirect_output()
browser = Browser()
# A browser that was killed leaves its socket behind.
if os.path.exists(f"{PROFILE}/control"):
    os.remove(f"{PROFILE}/control")
service = browser.listen()
with open(f"{PROFILE}/process", "w") as file:
    file.write(str(os.getpid()))
Gtk.main()
