// Makes clocks run twenty times as fast. Request timeouts are the browser's own and keep their normal speed.
const [begun, time, later] = [Date.now(), Date.now.bind(Date), window.setTimeout.bind(window)];
const steady = performance.now.bind(performance);
Date.now = () => begun + (time() - begun) * 20;
performance.now = () => steady() * 20;
window.setTimeout = (task, wait, ...rest) => later(task, (wait ?? 0) / 20, ...rest);
