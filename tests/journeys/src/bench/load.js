// The page's side of `bench load`: when things appeared, and how long a page of the log takes. The same for the portal
// and for the hand-written page. Appended to page.js, in one script.
(() => {
    const query = (selector) => document.querySelector(selector);
    const micros = (milliseconds) => Math.round(milliseconds * 1000);
    const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    // When the next frame begins, the frame that shows the current DOM has been painted.
    const painted = () =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))));
    // Resolves with the time of the DOM change that makes `is` true.
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
        const input = query('#minutes');
        return input && !input.disabled && !input.readOnly;
    };
    const arrivals = {
        row: changed(() => query('table.log tr.row')).then(painted),
        form: changed(field).then(painted),
    };

    const row = () => query('table.log tr.row')?.dataset.id;
    const rows = document.getElementsByClassName('row');
    const answers = () => performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/credits/logs'));

    Object.assign(bench.steps, {
        arrived: async (what) => ({ took: micros(await arrivals[what]) }),
        // From the click to the end of the frame that shows the new rows. `longest` is the time until they are in the
        // DOM, and `size` the service's part of it: from the start of the request to its last byte.
        turn: async () => {
            const button = query('.pager button[aria-label="Next page"]');
            if (button.ariaDisabled === 'true') throw new Error('there is no next page');
            const [before, count] = [row(), rows.length];
            performance.clearResourceTimings();
            await sleep(100);
            const from = performance.now();
            const arrived = changed(() => rows.length === count && row() !== before, query('main'));
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
        // From keydown to the end of the frame that shows the parsed input (`took`), and to its quote (`longest`).
        echo: async () => {
            const hint = query('#minutes-hint');
            const before = hint.textContent;
            const from = await new Promise((done) =>
                addEventListener('keydown', (event) => done(event.timeStamp), { capture: true, once: true }),
            );
            await changed(() => query('#minutes-hint').textContent !== before);
            const shown = await painted();
            const quoted = await new Promise((done) => {
                const look = () => (query('.quote:not(.stale) .lines') ? done(performance.now()) : requestAnimationFrame(look));
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
        const [files, responses] = [sent.filter((entry) => !is_answer(entry)), sent.filter(is_answer)];
        const paint = performance.getEntriesByType('paint').find((entry) => entry.name === 'first-contentful-paint');
        return {
            files: files.length,
            file_bytes: sum(files),
            answers: responses.length,
            answer_bytes: sum(responses),
            paint: micros(paint?.startTime ?? 0),
            names: files.map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize]),
        };
    };
})();
