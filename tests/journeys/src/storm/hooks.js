// Runs in every new document before the page's own scripts: a wall clock that can be set, a monotonic clock that stops
// while the computer sleeps, and a journal that is slow to write.
(() => {
  if (window.__storm) return;
  const storm = (window.__storm = { clock: CLOCK, journal: JOURNAL, asleep: null });
  const now = performance.now.bind(performance);
  const RealDate = Date;
  let lost = 0;
  let last = now();

  // An announced gap is a sleep: the monotonic clock stopped, and the wall clock may have advanced by hours.
  const steady = () => {
    const real = now();
    if (storm.asleep !== null && real - last > 1500) {
      lost += real - last;
      storm.clock += storm.asleep;
      storm.asleep = null;
    }
    last = real;
    return real - lost;
  };
  Performance.prototype.now = steady;
  setInterval(steady, 50);

  const wall = () => {
    steady();
    return RealDate.now() + storm.clock;
  };
  window.Date = new Proxy(RealDate, {
    construct: (target, given, as) => Reflect.construct(target, given.length ? given : [wall()], as),
    apply: () => new RealDate(wall()).toString(),
    get: (target, name) => (name === "now" ? wall : Reflect.get(target, name)),
  });

  // A transaction stays open, and its data unwritten, as long as new requests are made in it.
  const stretch = (store, until) => {
    const request = store.get("");
    request.onsuccess = () => {
      if (now() < until) stretch(store, until);
    };
  };
  const put = IDBObjectStore.prototype.put;
  const commit = IDBTransaction.prototype.commit;
  const stretched = new WeakSet();
  IDBObjectStore.prototype.put = function (...given) {
    const request = put.apply(this, given);
    if (storm.journal > 0) {
      stretched.add(this.transaction);
      stretch(this, now() + storm.journal);
    }
    return request;
  };
  // `commit` would end the transaction at once. Without it, the transaction ends when its requests do.
  IDBTransaction.prototype.commit = function () {
    if (!stretched.has(this)) commit.call(this);
  };
})();
