// A hand-written log page: the baseline of `cargo xtask bench load`. It shows the same rows, columns, formats and marks
// as the portal, from the same request, and does nothing else that the portal does. It reads numbers with JSON.parse,
// which is fast but not exact.

const API = '/api/v1/reseller';
const query = (selector) => document.querySelector(selector);
const [tbody, failure, shown] = [query('tbody'), query('#failure'), query('#shown')];
const template = query('#row').content.firstElementChild;
const buttons = [...document.querySelectorAll('.pager button')];
const dialog = query('dialog');

const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6, numberingSystem: 'latn' });
const money = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 6, numberingSystem: 'latn' });
const moment = new Intl.DateTimeFormat(undefined, {
    year: 'numeric', month: 'short', day: 'numeric',
    hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'shortOffset',
});
const KINDS = {
    credit_transfer: ['Transfer', 'transfer', 'Repeat…', 'Revert…', '/revert'],
    credit_revert: ['Revert', 'revert', 'Repeat…', 'Transfer…', '/transfer'],
    channel_allocation: ['Channels', 'channels'],
};

let symbol = '';
let rows = [];
let view = { page: 1, size: 20, pages: 1 };
let pending = null;

const amount = (value) => `${value < 0 ? '-' : ''}${symbol}${money.format(Math.abs(value))}`;
const fillAmount = (cell, value, unit = '') => {
    if (value === undefined || value === null) return;
    const data = cell.firstChild;
    data.value = value;
    data.textContent = amount(value) + unit;
};
const text = (cell, words) => {
    cell.firstChild.textContent = words ?? '—';
    cell.firstChild.title = words ?? '';
};
const sides = (row) => {
    const is_revert = row.transaction_type === 'credit_revert';
    return is_revert
        ? { child: row.from_organization, own: ['to_balance_before', 'to_balance_after'], of_child: ['from_balance_before', 'from_balance_after'] }
        : { child: row.to_organization, own: ['from_balance_before', 'from_balance_after'], of_child: ['to_balance_before', 'to_balance_after'] };
};

// Returns the ids of rows whose balances don't follow from the row before.
const mismatches = (rows) => {
    const [broken, last] = [new Set(), new Map()];
    for (const row of rows.toReversed()) {
        if (row.transaction_type === 'channel_allocation') continue;
        const { child, own, of_child } = sides(row);
        for (const [whose, [before, after]] of [['own', own], [child.id, of_child]]) {
            if (last.has(whose) && last.get(whose) !== row[before]) broken.add(row.id);
            last.set(whose, row[after]);
        }
    }
    return broken;
};

const link = (path, label, child, minutes, id) => {
    const a = document.createElement('a');
    a.href = `${path}?child=${child}&minutes=${minutes}`;
    const hidden = document.createElement('span');
    hidden.className = 'visually-hidden';
    hidden.textContent = ` (row ${id})`;
    a.append(label, hidden);
    return a;
};

const build = (row, is_broken) => {
    const tr = template.cloneNode(true);
    const cells = tr.children;
    const [kind, name, repeat, reverse, reversePath] = KINDS[row.transaction_type] ?? [row.transaction_type, ''];
    const moved = repeat !== undefined;
    const { child, own, of_child } = sides(row);
    tr.dataset.id = row.id;
    const open = cells[0].firstChild;
    open.textContent = row.id;
    open.ariaLabel = `Row ${row.id}, every field`;
    if (is_broken) {
        const mark = document.createElement('span');
        mark.className = 'break';
        mark.title = 'The balance does not follow from the row before.';
        mark.textContent = '⚠ ';
        cells[0].prepend(mark);
    }
    const [time, date] = [cells[1].firstChild, new Date(row.transfer_date)];
    time.dateTime = row.transfer_date;
    time.title = `${date.toISOString()} · ${row.transfer_date}`;
    time.textContent = moment.format(date);
    cells[2].firstChild.textContent = kind;
    cells[2].firstChild.className = `tag ${name}`;
    text(cells[3], child.name);
    if (moved) {
        const [, minutes, rate] = /of (\d+) minutes at ([\d.]+)\/min/.exec(row.notes) ?? [];
        const [credit, cost] = [row[of_child[1]] - row[of_child[0]], row[own[1]] - row[own[0]]].map((value) => Number(value.toFixed(6)));
        if (minutes) cells[4].textContent = plain.format(minutes);
        fillAmount(cells[5], rate, '/min');
        fillAmount(cells[6], credit);
        fillAmount(cells[7], cost);
        fillAmount(cells[8], Number((credit + cost).toFixed(6)));
        fillAmount(cells[9], row[own[1]]);
        fillAmount(cells[10], row[of_child[1]]);
        if (minutes) {
            const path = row.transaction_type === 'credit_revert' ? '/revert' : '/transfer';
            cells[15].append(link(reversePath, reverse, child.id, minutes, row.id), ' ', link(path, repeat, child.id, minutes, row.id));
        }
    }
    text(cells[11], row.performed_by?.name);
    text(cells[12], row.status);
    text(cells[13], row.transfer_reference);
    text(cells[14], row.notes);
    return tr;
};

const draw = () => {
    const broken = mismatches(rows);
    tbody.replaceChildren(...rows.map((row) => build(row, broken.has(row.id))));
};

const read = async (path, signal) => {
    const response = await fetch(API + path, { cache: 'no-store', signal });
    if (!response.ok) throw new Error(`The backend answered ${response.status}.`);
    return response.json();
};

const show = async () => {
    const params = new URLSearchParams(location.search);
    const size = Number(params.get('page_size')) || 20;
    const page = Number(params.get('page')) || 1;
    query('#page-size').value = size;
    pending?.abort();
    pending = new AbortController();
    const { signal } = pending;
    shown.classList.add('stale');
    shown.ariaBusy = 'true';
    try {
        const { data } = await read(`/credits/logs?page=${page}&page_size=${size}`, signal);
        rows = data.logs;
        view = { page, size, pages: Math.max(data.total_pages, 1) };
        draw();
        query('.total').textContent = `${plain.format(data.total_records)} rows`;
        query('.place').textContent = `Page ${plain.format(page)} of ${plain.format(view.pages)}`;
        const ends = [page <= 1, page <= 1, page >= view.pages, page >= view.pages];
        buttons.forEach((button, at) => (button.ariaDisabled = ends[at] ? 'true' : null));
        failure.hidden = true;
    } catch (error) {
        if (signal.aborted) return;
        failure.textContent = `The log could not be read. ${error.message}`;
        failure.hidden = false;
    }
    shown.classList.remove('stale');
    shown.ariaBusy = null;
};

const go = (page, size) => {
    history.pushState(null, '', `?page=${page}&page_size=${size}`);
    show();
};

const targets = [() => 1, () => view.page - 1, () => view.page + 1, () => view.pages];
buttons.forEach((button, at) =>
    button.addEventListener('click', () => {
        if (button.ariaDisabled !== 'true') go(targets[at](), view.size);
    }),
);
query('#page-size').addEventListener('change', (event) => go(1, Number(event.target.value)));
addEventListener('popstate', show);
tbody.addEventListener('click', (event) => {
    const id = event.target.closest('button.open')?.closest('tr').dataset.id;
    const row = rows.find((row) => String(row.id) === id);
    if (!row) return;
    const line = ([name, value]) => {
        const [div, dt, dd] = ['div', 'dt', 'dd'].map((name) => document.createElement(name));
        dt.textContent = name;
        dd.textContent = typeof value === 'object' ? JSON.stringify(value) : value;
        div.append(dt, dd);
        return div;
    };
    dialog.firstElementChild.replaceChildren(...Object.entries(row).map(line));
    dialog.showModal();
});
dialog.lastElementChild.addEventListener('click', () => dialog.close());

show();
// Only the list of clients has the currency.
read('/organizations').then(({ organizations }) => {
    const found = organizations.find((child) => child.reseller_org_balance_currency_symbol);
    symbol = found?.reseller_org_balance_currency_symbol ?? '';
    if (symbol) draw();
}, () => {});
