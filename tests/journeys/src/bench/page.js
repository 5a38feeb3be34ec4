// The page's side of a benchmark, injected before the portal's own scripts. Times are in whole microseconds.
(() => {
    const query = (selector) => document.querySelector(selector);
    const queryAll = (selector) => [...document.querySelectorAll(selector)];
    const text = (element) => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
    const micros = (milliseconds) => Math.round(milliseconds * 1000);
    const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const frame = () => new Promise((done) => requestAnimationFrame(done));

    // Only the portal's loader has access to its memory.
    let memory = null;
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const original = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await original.apply(WebAssembly, given);
            memory = (made.instance ?? made).exports.memory ?? memory;
            return made;
        };
    }

    // A download starts with an object URL for its Blob.
    let offered = null;
    const offer = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
        offered = { at: performance.now(), size: blob.size };
        return offer(blob);
    };

    // Checks once per frame, because observing the page's changes would slow them down.
    const until = async (is) => {
        do {
            await frame();
        } while (!is());
    };

    // Returns a function that stops and returns the longest time between two frames.
    const watch = () => {
        let [last, longest, on] = [null, 0, true];
        const tick = (now) => {
            if (last !== null) longest = Math.max(longest, now - last);
            last = now;
            if (on) requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
        return () => {
            on = false;
            return micros(longest);
        };
    };

    // From the action to the end of the frame in which its outcome is painted.
    const timed = async (action, is) => {
        const longest = watch();
        await sleep(50);
        const from = performance.now();
        action();
        await until(is);
        await frame();
        return { took: micros(performance.now() - from), longest: longest() };
    };

    const choose = (id, value) => {
        const select = query(`select#${id}`);
        select.value = value;
        select.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const press = (selector, label) => {
        const button = queryAll(`${selector} button`).find((button) => text(button).startsWith(label));
        if (!button) throw new Error(`there is no button ${label}`);
        button.click();
    };
    const first = () => query('table.log tr.row')?.dataset.id;
    const is_reading = () => !!query('progress');
    // For actions that change how many rows are shown.
    const counted = (action) => {
        const before = text(query('.total'));
        return timed(action, () => text(query('.total')) !== before);
    };

    const steps = {
        // Nothing: the overhead of the measurement itself.
        nothing: () => timed(() => {}, () => true),
        open: () => {
            for (const details of queryAll('details.filter-box, details.menu')) details.open = true;
            return frame();
        },
        close: () => {
            for (const details of queryAll('details.menu')) details.open = false;
            return frame();
        },
        size: (size) =>
            timed(() => choose('page-size', size), () => queryAll('tr.row').length === Number(size) && !query('.totals')),
        flip: async () => {
            const before = first();
            const [next] = queryAll('.pager button[aria-label="Next page"]');
            if (next.ariaDisabled === 'true') throw new Error('there is no next page');
            return timed(() => next.click(), () => first() !== undefined && first() !== before);
        },
        load: () => {
            const before = query('.totals');
            const refresh = queryAll('.title-row button').find((button) => text(button) === 'Refresh');
            const is_whole = query('select#page-size').value === 'all';
            return timed(
                () => (is_whole ? refresh.click() : choose('page-size', 'all')),
                () => query('.totals') && query('.totals') !== before && !is_reading(),
            );
        },
        choose: ([id, value]) => counted(() => choose(id, value)),
        search: (words) =>
            counted(() => {
                const input = query('form.filters #q');
                input.value = words;
                input.dispatchEvent(new Event('input', { bubbles: true }));
                query('form.filters').requestSubmit();
            }),
        sort: (label) => {
            const head = queryAll('table.log thead th').find((head) => text(head).startsWith(label));
            // Row elements are reused, and the first row may stay the same. The heading changes together with the rows.
            const order = head.ariaSort;
            return timed(() => head.querySelector('button.sort').click(), () => head.ariaSort !== order);
        },
        group: (by) => timed(() => choose('group', by), () => !!query('table.groups') === (by !== '')),
        export: async (format) => {
            offered = null;
            const longest = watch();
            await sleep(50);
            const from = performance.now();
            press('details.menu', format);
            await until(() => offered && !query('details.menu .reading'));
            return { took: micros(offered.at - from), size: offered.size, longest: longest() };
        },
        // From top to bottom, one step per frame.
        scroll: async (count) => {
            const scroller = query('.scroll.tall');
            scroller.scrollTop = 0;
            await sleep(100);
            const whole = scroller.scrollHeight - scroller.clientHeight;
            const longest = watch();
            for (let step = 1; step <= count; step += 1) {
                await frame();
                scroller.scrollTop = (whole * step) / count;
            }
            await sleep(100);
            const answer = { longest: longest() };
            const rows = Number(query('table.log').getAttribute('aria-rowcount'));
            const last = queryAll('tr.row').at(-1);
            const is_last = Number(last?.getAttribute('aria-rowindex')) === rows;
            if (!is_last || last.getBoundingClientRect().top > scroller.getBoundingClientRect().bottom) {
                throw new Error('the last row is not visible at the bottom');
            }
            scroller.scrollTop = 0;
            return answer;
        },
        // The portal's requests, without processing the responses.
        bare: async (rows) => {
            const headers = { Authorization: 'Bearer demo-reseller-key' };
            const from = performance.now();
            let page = 0;
            const worker = async () => {
                while (page * 100 < rows) {
                    page += 1;
                    const path = `/api/v1/reseller/credits/logs?page=${page}&page_size=100`;
                    await (await fetch(path, { headers, cache: 'no-store' })).text();
                }
            };
            await Promise.all([worker(), worker(), worker()]);
            return { took: micros(performance.now() - from) };
        },
        memory: () => ({ size: memory?.buffer.byteLength }),
    };

    let running = null;
    window.bench = {
        steps,
        begin: (step, given) => {
            running = (async () => steps[step](given))();
            // Errors are reported by `wait`.
            running.catch(() => {});
        },
        // Resolves with the result, or null if it takes longer than this.
        wait: (milliseconds) =>
            Promise.race([running.then((answer) => ({ answer })), sleep(milliseconds).then(() => null)]),
    };
})();
