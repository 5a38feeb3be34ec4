// Records the journal's transactions in `order`, where requests are recorded too.
window.written = [];
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = begin.apply(this, arguments);
  if (mode === "readwrite") {
    window.order.push(`begin ${options?.durability}`);
    for (const end of ["complete", "abort"]) transaction.addEventListener(end, () => window.order.push(end));
  }
  return transaction;
};
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (text, key) {
  window.order.push("put");
  window.written.push([key, text]);
  return put.apply(this, arguments);
};
