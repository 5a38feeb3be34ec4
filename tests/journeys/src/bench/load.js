// The page's side of `bench load`: what came when, and how long a page of the log takes. The same for the portal and for
// the hand-written page. Behind page.js, in one script.
(() => {
    const one = (selector) => document.querySelector(selector);
    const micros = (milliseconds) => Math.round(milliseconds * 1000);
    const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    // The frame that shows what is in the page now has been made when the next one begins.
    const painted = () =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))));
    // Settles with the moment at which a change of the page makes it true.
    const changed = (is, under = document) =>
        new Promise((done) => {
            const look = () => {
                if (!is()) return false;
                observer.disconnect();
                done(performance.now());
                return true;
            };
            const observer = new MutationObserver(look);
            if (!look()) observer.observe(under, { childList: true, subtree: true, characterData: true });
        });

    const field = () => {
        const input = one('#minutes');
        return input && !input.disabled && !input.readOnly;
    };
    const arrivals = {
        row: changed(() => one('table.log tr.row')).then(painted),
        form: changed(field).then(painted),
    };

    const row = () => one('table.log tr.row')?.dataset.id;
    const rows = document.getElementsByClassName('row');
    const answers = () => performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/credits/logs'));

    Object.assign(bench.steps, {
        arrived: async (what) => ({ took: micros(await arrivals[what]) }),
        // From the click to the end of the frame that shows the new rows. `longest` is until they are in the page, `size` the
        // backend's part of it: from the request's start to its last byte.
        turn: async () => {
            const button = one('.pager button[aria-label="Next page"]');
            if (button.ariaDisabled === 'true') throw new Error('there is no next page');
            const [before, count] = [row(), rows.length];
            performance.clearResourceTimings();
            await sleep(100);
            const from = performance.now();
            const arrived = changed(() => rows.length === count && row() !== before, one('main'));
            button.click();
            const there = await arrived;
            const shown = await painted();
            const answer = answers().at(-1);
            return {
                took: micros(shown - from),
                longest: micros(there - from),
                size: answer ? micros(answer.responseEnd - answer.startTime) : 0,
            };
        },
        // From a key going down to the end of the frame that shows what was understood, and to the quote of it.
        echo: async () => {
            const hint = one('#minutes-hint');
            const before = hint.textContent;
            const from = await new Promise((done) =>
                addEventListener('keydown', (event) => done(event.timeStamp), { capture: true, once: true }),
            );
            await changed(() => one('#minutes-hint').textContent !== before);
            const shown = await painted();
            const quoted = await new Promise((done) => {
                const look = () => (one('.quote:not(.stale) .lines') ? done(performance.now()) : requestAnimationFrame(look));
                requestAnimationFrame(look);
            });
            return { took: micros(shown - from), longest: micros(quoted - from) };
        },
    });

    bench.weights = () => {
        const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
        const sent = all.filter((entry) => entry.transferSize > 0);
        const is_answer = (entry) => /\/(api|v1)\//.test(entry.name);
        const sum = (entries) => entries.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
        const [files, backend] = [sent.filter((entry) => !is_answer(entry)), sent.filter(is_answer)];
        const paint = performance.getEntriesByType('paint').find((entry) => entry.name === 'first-contentful-paint');
        return {
            files: files.length,
            file_bytes: sum(files),
            answers: backend.length,
            answer_bytes: sum(backend),
            paint: micros(paint?.startTime ?? 0),
            names: files.map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize]),
        };
    };
})();
