// The page's side of a benchmark, put in before the portal's own scripts. Times are in whole microseconds.
(() => {
    const one = (selector) => document.querySelector(selector);
    const all = (selector) => [...document.querySelectorAll(selector)];
    const text = (element) => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
    const micros = (milliseconds) => Math.round(milliseconds * 1000);
    const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const frame = () => new Promise((done) => requestAnimationFrame(done));

    // The portal's memory is known to nobody but its own loader.
    let memory = null;
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const original = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await original.apply(WebAssembly, given);
            memory = (made.instance ?? made).exports.memory ?? memory;
            return made;
        };
    }

    // A download begins with the address of its Blob.
    let offered = null;
    const offer = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
        offered = { at: performance.now(), size: blob.size };
        return offer(blob);
    };

    // Looks once a frame: watching the page's changes would slow them down.
    const until = async (is) => {
        do {
            await frame();
        } while (!is());
    };

    // The longest time from one frame to the next, until it is asked for.
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

    // From the act to the end of the frame in which its outcome is painted.
    const timed = async (act, is) => {
        const longest = watch();
        await sleep(50);
        const from = performance.now();
        act();
        await until(is);
        await frame();
        return { took: micros(performance.now() - from), longest: longest() };
    };

    const choose = (id, value) => {
        const select = one(`select#${id}`);
        select.value = value;
        select.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const press = (selector, label) => {
        const button = all(`${selector} button`).find((button) => text(button).startsWith(label));
        if (!button) throw new Error(`there is no button ${label}`);
        button.click();
    };
    const first = () => one('table.log tr.row')?.dataset.id;
    const is_reading = () => !!one('progress');
    // For what changes how many rows are shown.
    const counted = (act) => {
        const before = text(one('.total'));
        return timed(act, () => text(one('.total')) !== before);
    };

    const steps = {
        // Nothing at all: what the clock itself takes.
        nothing: () => timed(() => {}, () => true),
        open: () => {
            for (const details of all('details.filter-box, details.menu')) details.open = true;
            return frame();
        },
        close: () => {
            for (const details of all('details.menu')) details.open = false;
            return frame();
        },
        size: (size) =>
            timed(() => choose('page-size', size), () => all('tr.row').length === Number(size) && !one('.totals')),
        flip: async () => {
            const before = first();
            const [next] = all('.pager button[aria-label="Next page"]');
            if (next.ariaDisabled === 'true') throw new Error('there is no next page');
            return timed(() => next.click(), () => first() !== undefined && first() !== before);
        },
        load: () => {
            const before = one('.totals');
            const again = all('.title-row button').find((button) => text(button) === 'Read again');
            const is_whole = one('select#page-size').value === 'all';
            return timed(
                () => (is_whole ? again.click() : choose('page-size', 'all')),
                () => one('.totals') && one('.totals') !== before && !is_reading(),
            );
        },
        choose: ([id, value]) => counted(() => choose(id, value)),
        search: (words) =>
            counted(() => {
                const input = one('form.filters #q');
                input.value = words;
                input.dispatchEvent(new Event('input', { bubbles: true }));
                one('form.filters').requestSubmit();
            }),
        sort: (label) => {
            const head = all('table.log thead th').find((head) => text(head).startsWith(label));
            // Rows stay the same nodes, and the first of them may stay the same row; heading and rows change together.
            const order = head.ariaSort;
            return timed(() => head.querySelector('button.sort').click(), () => head.ariaSort !== order);
        },
        group: (by) => timed(() => choose('group', by), () => !!one('table.groups') === (by !== '')),
        export: async (format) => {
            offered = null;
            const longest = watch();
            await sleep(50);
            const from = performance.now();
            press('details.menu', format);
            await until(() => offered && !one('details.menu .reading'));
            return { took: micros(offered.at - from), size: offered.size, longest: longest() };
        },
        // From top to bottom, a step a frame.
        scroll: async (count) => {
            const frame_of_table = one('.scroll.tall');
            frame_of_table.scrollTop = 0;
            await sleep(100);
            const whole = frame_of_table.scrollHeight - frame_of_table.clientHeight;
            const longest = watch();
            for (let step = 1; step <= count; step += 1) {
                await frame();
                frame_of_table.scrollTop = (whole * step) / count;
            }
            await sleep(100);
            const answer = { longest: longest() };
            const rows = Number(one('table.log').getAttribute('aria-rowcount'));
            const last = all('tr.row').at(-1);
            const is_last = Number(last?.getAttribute('aria-rowindex')) === rows;
            if (!is_last || last.getBoundingClientRect().top > frame_of_table.getBoundingClientRect().bottom) {
                throw new Error('the last row is not in sight at the bottom');
            }
            frame_of_table.scrollTop = 0;
            return answer;
        },
        // What the portal asks of the backend, with nothing done with the answers.
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
            // Whoever waits for it is told.
            running.catch(() => {});
        },
        // Its answer; nothing where it takes longer than this.
        wait: (milliseconds) =>
            Promise.race([running.then((answer) => ({ answer })), sleep(milliseconds).then(() => null)]),
    };
})();
