// Clocks that run twenty times as fast. A request's time limit is the browser's own and keeps its pace.
const [begun, time, later] = [Date.now(), Date.now.bind(Date), window.setTimeout.bind(window)];
const steady = performance.now.bind(performance);
Date.now = () => begun + (time() - begun) * 20;
performance.now = () => steady() * 20;
window.setTimeout = (task, wait, ...rest) => later(task, (wait ?? 0) / 20, ...rest);
