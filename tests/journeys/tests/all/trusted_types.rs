//! No text becomes HTML: the page's policy blocks it everywhere, and the portal works without it.

use credit_desk_journeys::journey;
use serde_json::json;

use crate::steps::{allow_policy_violations, sign_in};

/// The code that builds the static parts of the views, which the build puts into the program's module.
const BUILDER: &str = include_str!("../../../../xtask/src/dist/templates.js");

/// Tries every way to turn text into HTML or a script, and returns those that were not blocked.
const ATTACK: &str = r#"
    window.attack = () => {
        const markup = '<meta http-equiv="refresh" content="0; url=/elsewhere"><img src="x" onerror="window.hostile = 1">';
        const allowed = [];
        const attempt = (name, run) => {
            try {
                run();
                allowed.push(name);
            } catch (error) {
                if (!(error instanceof TypeError)) allowed.push(`${name}: ${error}`);
            }
        };
        const make = (name) => document.body.appendChild(document.createElement(name));
        attempt('innerHTML', () => { make('p').innerHTML = markup; });
        attempt('outerHTML', () => { make('p').outerHTML = markup; });
        attempt('insertAdjacentHTML', () => make('p').insertAdjacentHTML('beforeend', markup));
        attempt('setHTMLUnsafe', () => make('p').setHTMLUnsafe(markup));
        attempt('template', () => { make('template').innerHTML = markup; });
        attempt('shadow root', () => { make('p').attachShadow({ mode: 'open' }).innerHTML = markup; });
        attempt('createContextualFragment', () => document.createRange().createContextualFragment(markup));
        attempt('parseFromString', () => document.body.append(new DOMParser().parseFromString(markup, 'text/html').body));
        attempt('parseHTMLUnsafe', () => document.body.append(Document.parseHTMLUnsafe(markup).body));
        attempt('document.write', () => document.write(markup));
        attempt('document.writeln', () => document.writeln(markup));
        attempt('srcdoc', () => { make('iframe').srcdoc = markup; });
        attempt('script text', () => { make('script').text = 'window.hostile = 1'; });
        attempt('script src', () => { make('script').src = '/hostile.js'; });
        for (const name of ['default', 'credit-desk', 'leptos']) {
            const create = { createHTML: (text) => text, createScript: (text) => text, createScriptURL: (text) => text };
            attempt(`policy ${name}`, () => trustedTypes.createPolicy(name, create));
        }
        return allowed;
    };"#;

#[test]
fn every_way_to_turn_text_into_html_is_blocked() {
    journey(async |desk| {
        allow_policy_violations(desk);
        desk.allow_console_error("TrustedHTML");
        desk.allow_console_error("TrustedScript");
        desk.allow_console_error("Creating a TrustedTypePolicy");
        desk.before_every_page(ATTACK).await?;
        sign_in(desk, "/log").await?;
        desk.heading("Credit log").seen().await?;
        assert_eq!(desk.js("return attack()").await?, json!([]));
        let effects = "return [window.hostile, document.querySelectorAll('meta[http-equiv], img').length, location.pathname]";
        assert_eq!(desk.js(effects).await?, json!([null, 0, "/log"]));
        // The program is unaffected and keeps running.
        desk.link("Overview").click().await?;
        desk.heading("Overview").seen().await
    });
}

/// Markup as Leptos writes it.
const STATIC: &[&str] = &[
    "<p>Text</p>",
    "<p class=\"lead\">Rates &amp; margins: 1 &lt; 2 &gt; 0, “quoted” 'so' \"and\" so</p>",
    "<p title=\"&quot;A&quot; &amp; &lt;b&gt;\" hidden data-of=\"a=b/c\" aria-label=\"\"></p>",
    "<ul><li><a href=\"/help?a=1&amp;b=2#c\">Help</a></li><li></li></ul>",
    "<label>Name<input type=\"text\" disabled value=\"a\"></label>",
    "<p>one<br>two<wbr>three</p>",
    "<thead><tr><th scope=\"col\">When</th><th></th></tr></thead>",
    "<tr><td>1</td></tr>",
    "<svg viewBox=\"0 0 8 8\" class=\"icon\"><path d=\"M0 0h8v8\"></path><linearGradient id=\"a\"></linearGradient></svg>",
    "<p><svg><g><circle r=\"1\"></circle></g></svg><b>after</b></p>",
    "<select><option value=\"a\" selected>A</option></select>",
    "<h1>Ünïcödé 🙂\u{a0}\u{202e}</h1>",
    "text alone",
    "",
];
/// Markup that Leptos never writes, which must be rejected.
const OTHER: &[&str] = &[
    "<",
    ">",
    "<p",
    "<p>",
    "</p>",
    "<p></b>",
    "<p></p></p>",
    "<p><b></p></b>",
    "<p></p class=\"a\">",
    "<p>a & b</p>",
    "<p>a &nbsp; b</p>",
    "<p>&#60;</p>",
    "<p>&amp</p>",
    "<p>&constructor;</p>",
    "<p title=\"&\"></p>",
    "<p>a > b</p>",
    "<P></P>",
    "<x-y></x-y>",
    "<p/>",
    "<br/>",
    "<p a=b></p>",
    "<p a='b'></p>",
    "<p  a=\"b\"></p>",
    "<p a=\"b\"c=\"d\"></p>",
    "<p a=\"<b>\"></p>",
    "<p :a=\"b\"></p>",
    "<p\n></p>",
    "<!-- a -->",
    "<!doctype html>",
    "<![CDATA[a]]>",
    "<?a?>",
    "<p onclick=\"a\"></p>",
    "<p style=\"color: red\"></p>",
    "<iframe srcdoc=\"a\"></iframe>",
    "<meta http-equiv=\"refresh\" content=\"0; url=/elsewhere\">",
    "<script></script>",
    "<svg><script></script></svg>",
    "<svg><foreignObject></foreignObject></svg>",
    "<template></template>",
    "<math></math>",
];

#[test]
fn static_markup_is_built_as_the_browser_would_parse_it() {
    const COMPARE: &str = "
        const template = () => document.createElement('template');
        const inSvg = () => document.createElementNS('http://www.w3.org/2000/svg', 'g');
        const tryTo = (target, markup, isStatic) => {
            try {
                setMarkup(target, markup, isStatic);
                return true;
            } catch {
                return false;
            }
        };
        const isSame = (make, markup) => {
            const [built, parsed] = [make(), make()];
            // Existing content is replaced.
            (built.content ?? built).append('before');
            parsed.innerHTML = markup;
            return tryTo(built, markup, true) && built.isEqualNode(parsed) && (!built.content || built.content.isEqualNode(parsed.content));
        };
        const isRefused = (markup, isStatic) => {
            const target = document.createElement('div');
            target.append('before');
            return !tryTo(target, markup, isStatic) && target.childNodes.length === 1 && target.textContent === 'before';
        };
        const shapes = ['<circle r=\"1\"></circle>', '<text x=\"1\">a &amp; b</text><g><path d=\"M0 0\"></path></g>'];
        return [
            STATIC.filter((markup) => !isSame(template, markup)),
            shapes.filter((markup) => !isSame(inSvg, markup)),
            OTHER.filter((markup) => !isRefused(markup, true)),
            STATIC.filter((markup) => !isRefused(markup, false)),
        ];";
    journey(async |desk| {
        // Without the portal's policy, so that the browser may still parse markup.
        desk.driver().goto("about:blank").await?;
        let script = format!(
            "const [STATIC, OTHER] = {};{BUILDER}{COMPARE}",
            json!([STATIC, OTHER])
        );
        assert_eq!(desk.js(&script).await?, json!([[], [], [], []]));
        Ok(())
    });
}
