/** What an application does with its own database; the tests speak to it as `app`, and to the module as `client`. */
import * as client from "/client.js";

const HOUR = 3_600_000;
const DATABASE = "chatterbox-recovery";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Opens the database in a version; `upgrade` gets it if it is new to that version. */
function open(version, upgrade) {
  const request = indexedDB.open(DATABASE, version);
  request.onupgradeneeded = () => upgrade?.(request.result, request.transaction);
  return done(request);
}

/** Does something with the store in one transaction. */
async function within(mode, work) {
  const database = await open();
  try {
    const transaction = database.transaction("sessions", mode);
    const end = committed(transaction);
    const answer = work(transaction.objectStore("sessions"));
    await end;
    return answer?.result ?? answer;
  } finally {
    database.close();
  }
}

async function make(records, { index = false, keyPath = "id" } = {}) {
  const database = await open(1, (made) => {
    const store = made.createObjectStore("sessions", { keyPath });
    if (index) store.createIndex("by access", "lastAccessed");
  });
  database.close();
  await put(records);
}

async function put(records) {
  // In parts: requests that are under way lie in memory, with their data.
  for (let start = 0; start < records.length; start += 5_000) {
    await within("readwrite", (store) => {
      for (const record of records.slice(start, start + 5_000)) store.put(record);
    });
  }
}

const keys = () => within("readonly", (store) => store.getAllKeys());
const get = (key) => within("readonly", (store) => store.get(key));

function noise(bytes) {
  const data = new Uint8Array(bytes);
  for (let start = 0; start < bytes; start += 65_536) crypto.getRandomValues(data.subarray(start, start + 65_536));
  return data;
}

/** Sessions that were used so many hours ago, with ids from 1 and so many bytes of data each. */
function aged(hours, bytes = 10) {
  const now = Date.now();
  const one = (age, index) => ({ id: index + 1, lastAccessed: now - age * HOUR, size: bytes, data: noise(bytes) });
  return hours.map(one);
}

/** So many expired sessions without data. */
function plain(count) {
  const lastAccessed = Date.now() - 30 * HOUR;
  return Array.from({ length: count }, (_, id) => ({ id, lastAccessed, size: 20 }));
}

/** Notes each transaction on the store: its mode, and how many records it looked at and deleted. */
function watch() {
  const log = [];
  const entries = new WeakMap();
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...given) {
    const made = transaction.apply(this, given);
    const entry = { mode: made.mode, index: false, values: 0, deletions: 0 };
    entries.set(made, entry);
    log.push(entry);
    return made;
  };
  for (const type of [IDBObjectStore, IDBIndex]) {
    const { openCursor } = type.prototype;
    type.prototype.openCursor = function (...given) {
      const request = openCursor.apply(this, given);
      const entry = entries.get(request.transaction);
      if (type === IDBIndex) entry.index = true;
      request.addEventListener("success", () => (entry.values += request.result ? 1 : 0));
      return request;
    };
  }
  const remove = IDBCursor.prototype.delete;
  IDBCursor.prototype.delete = function () {
    const request = remove.call(this);
    entries.get(request.transaction).deletions += 1;
    return request;
  };
  return log;
}

const app = { HOUR, aged, committed, done, get, keys, make, noise, open, plain, put, watch, within };
Object.assign(window, { client, app });
