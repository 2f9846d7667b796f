/**
 * Removes old sessions from an IndexedDB store of this origin: expired ones by their last access, and the oldest ones
 * when the browser's storage runs full. An ES module without dependencies; `docs/client.md` is its manual.
 *
 *     import { createCleanupService, createScheduledCleanup } from "https://cleanup.example/cleanup/client.js";
 *     const service = createCleanupService({ database: "my-app", store: "sessions" });
 *     const scheduled = createScheduledCleanup(service, 1);
 *     scheduled.start();
 *
 * What it never does: remove a record whose time it cannot read, whose time lies in the future, or whose time is no
 * longer the one that it was chosen for; create or upgrade a database; count what was rolled back.
 *
 * ## The report
 *
 * With the option `report: { url, app }`, at most one request a run: `POST url`, `Content-Type: application/json`,
 * without credentials and with `keepalive`. A page of another origin sends a preflight first: `OPTIONS url` with
 * `Access-Control-Request-Method: POST` and `Access-Control-Request-Headers: content-type`. Dry runs and skipped runs
 * send nothing. The body is one JSON object with exactly these keys, and always shorter than 1 KiB:
 *
 * | key                     | value                                                                                 |
 * |-------------------------|---------------------------------------------------------------------------------------|
 * | `app`                   | text, `^[A-Za-z0-9._-]{1,64}$`, as given in the options                               |
 * | `sessions_cleared`      | whole number, 0 … 2^53 − 1: records removed in this run (committed ones only)         |
 * | `bytes_freed`           | whole number, 0 … 2^53 − 1: their bytes                                               |
 * | `errors`                | whole number, 0 … 2^53 − 1: what failed, and records without a readable time          |
 * | `storage_used_bytes`    | whole number, 0 … 2^53 − 1: what is used after the run                                |
 * | `storage_quota_bytes`   | whole number, 0 … 2^53 − 1: the limit (the smaller of quota and `maxStorageMB`)       |
 *
 * Both storage values are 0 if nothing is known of them. Any 2xx answer is success and its body is not read. What an
 * answer of 4xx or 5xx refused is added to the next report of this page; what was lost on the way is not sent again,
 * because it may have arrived. Nothing in it says who the user is or what a session held.
 *
 * @module cleanup-client
 */

/**
 * @typedef {object} CleanupOptions
 * @property {string} [database] Name of the database; default `"chatterbox-recovery"`.
 * @property {number} [version] The version that these options were written for; a database of another version is left
 *   alone. Default: any.
 * @property {string} [store] Name of the object store; default `"sessions"`.
 * @property {string | string[] | null} [keyPath] The key path that the store must have (`null`: none); a store with
 *   another one is left alone. Default: any.
 * @property {string} [lastAccessField] Where a record says when it was used last; default `"lastAccessed"`. Dots lead
 *   into objects.
 * @property {string} [createdField] Where it says when it was made; default `"timestamp"`. It counts where there is no
 *   last access, and where it is the later one.
 * @property {string} [sizeField] Where it says its size in bytes; default `"size"`. Records without are measured.
 * @property {number} [retentionHours] Hours after its last access that a record is kept; default 24.
 * @property {number} [maxStorageMB] The most that this origin may use, in MiB; default 100.
 * @property {number} [emergencyThresholdPercent] From this percentage on, the oldest records go; default 90.
 * @property {ReportOptions} [report] Where runs are reported; default: nowhere.
 *
 * @typedef {Required<Omit<CleanupOptions, "version" | "keyPath" | "report">> & CleanupOptions} Settings The options
 *   with their defaults.
 *
 * @typedef {object} ReportOptions
 * @property {string} url `…/api/cleanup/client-report` of a cleanupd.
 * @property {string} app What the numbers are reported as: 1–64 letters, digits, dots, hyphens and underscores.
 *
 * @typedef {object} RunOptions
 * @property {boolean} [dryRun] Only list, in transactions that cannot write.
 * @property {boolean} [storageIsFull] Free space whatever the estimate says, for an app that got a
 *   `QuotaExceededError`. Browsers hide their true quota (Chromium says 10 GiB more than what is used).
 *
 * @typedef {object} CleanupResult
 * @property {number} sessionsCleared Records removed; 0 in a dry run.
 * @property {number} bytesFreed Their bytes; 0 in a dry run.
 * @property {number} expired Records removed because they had expired; in a dry run: that would be.
 * @property {number} emergency Records removed because the storage ran full; in a dry run: that would be.
 * @property {number} errors What failed, and records without a readable time.
 * @property {boolean} dryRun
 * @property {number} corrupt Records without a readable time; they are kept.
 * @property {number} changed Records that were used after they had been chosen; they are kept.
 * @property {string | null} lastError The last failure of this run, in words.
 * @property {string} [skipped] Why the run did nothing: `"another tab"`, `"already running"` or `"no database"`.
 * @property {ListedSession[]} [sessions] Dry run: what would be removed, oldest first.
 *
 * @typedef {object} ListedSession
 * @property {IDBValidKey} key
 * @property {Date} time Its last access.
 * @property {number} bytes
 * @property {"expired" | "emergency"} reason
 *
 * @typedef {object} CleanupMetrics Totals since the service was made; dry runs do not count.
 * @property {number} sessionsCleared
 * @property {number} bytesFreed
 * @property {Date | null} lastCleanup When the last run came to its end.
 * @property {number} errors
 * @property {string | null} lastError
 *
 * @typedef {object} StorageInfo
 * @property {number} used Bytes that this origin uses.
 * @property {number | null} quota What the browser allows it, in bytes; null if the browser does not say.
 * @property {number} limit The smaller of `quota` and `maxStorageMB`, in bytes.
 * @property {number} percent `used` in per cent of `limit`.
 * @property {"estimate" | "records"} source Who says it: the browser, or the sizes of the records.
 *
 * @typedef {object} StorageStatus
 * @property {StorageInfo} storageInfo
 * @property {boolean} emergency Whether the next run would remove the oldest records.
 *
 * @typedef {object} Candidate A record as it was when it was chosen.
 * @property {IDBValidKey} key
 * @property {number} time Milliseconds since 1970.
 * @property {number} bytes
 *
 * @typedef {object} Position Where a batch ended: of a store both keys are the same.
 * @property {IDBValidKey | null} key
 * @property {IDBValidKey | null} primaryKey
 * @property {boolean} [unreadable] Whether the browser failed to read the record that comes next.
 *
 * @typedef {object} Source What is looked through: the store, or a range of an index of it.
 * @property {string} store
 * @property {string | null} index
 * @property {IDBKeyRange | null} range
 *
 * @typedef {object} Removal
 * @property {number} removed
 * @property {number} bytes
 * @property {number} changed
 * @property {number} failed
 */

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** Bounds of one transaction, so that the app's own reads and writes never wait long for it. */
const BATCH_RECORDS = 250;
const BATCH_BYTES = 8 * MEBIBYTE;
const BATCH_MS = 50;
/** Batches that may fail in a row before a run ends: more of them would fail the same way. */
const MAX_FAILED_BATCHES = 3;
/** An open request waits while another tab upgrades the database; a tab that never ends must not hold us for ever. */
const OPEN_TIMEOUT_MS = 30_000;
/** Of the used space, what an emergency frees. */
const EMERGENCY_SHARE = 0.2;
/** No browser had IndexedDB then: an earlier time is a mistake (0, or seconds for milliseconds), not an old record. */
const EARLIEST_TIME = Date.UTC(2000, 0, 1);
/** Without Web Locks: how long a tab holds, how often it renews (background tabs get one timer a minute), and how long
    it waits for a rival to show. */
const LEASE = { heldMs: 150_000, renewMs: 20_000, settleMs: 50 };
/** setTimeout takes 31 bits of milliseconds; a longer wait would be none at all. */
const MAX_INTERVAL_HOURS = 596;

/** @type {Readonly<Settings>} */
const DEFAULTS = Object.freeze({
  database: "chatterbox-recovery",
  version: undefined,
  store: "sessions",
  keyPath: undefined,
  lastAccessField: "lastAccessed",
  createdField: "timestamp",
  sizeField: "size",
  retentionHours: 24,
  maxStorageMB: 100,
  emergencyThresholdPercent: 90,
  report: undefined,
});

// MARK: Options

/**
 * The options with their defaults, if they are right: a misspelt name must not mean a shorter retention.
 * @param {CleanupOptions} options
 * @returns {Settings}
 * @throws {TypeError} with everything that is wrong
 */
function checkedOptions(options) {
  /** @type {Record<string, any>} */
  const settings = { ...DEFAULTS };
  for (const [name, value] of Object.entries(options)) if (value !== undefined) settings[name] = value;
  const problems = Object.keys(options)
    .filter((name) => !(name in DEFAULTS))
    .map((name) => `there is no option "${name}"`);
  for (const name of ["database", "store", "lastAccessField", "createdField", "sizeField"]) {
    if (typeof settings[name] !== "string" || settings[name] === "") problems.push(`${name} must be a name`);
  }
  for (const name of ["retentionHours", "maxStorageMB", "emergencyThresholdPercent"]) {
    if (!Number.isFinite(settings[name]) || settings[name] <= 0) problems.push(`${name} must be a number above 0`);
  }
  if (settings.emergencyThresholdPercent > 100) problems.push("emergencyThresholdPercent must be at most 100");
  if (settings.version !== undefined && !(Number.isSafeInteger(settings.version) && settings.version > 0)) {
    problems.push("version must be a whole number above 0");
  }
  if (settings.report !== undefined) problems.push(...problemsOfReport(settings.report));
  if (problems.length > 0) throw new TypeError(`createCleanupService: ${problems.join("; ")}.`);
  return /** @type {Settings} */ (Object.freeze(settings));
}

/** @param {ReportOptions} report */
function problemsOfReport(report) {
  const problems = [];
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(String(report?.app ?? ""))) {
    problems.push("report.app must be 1 to 64 letters, digits, dots, hyphens or underscores");
  }
  if (typeof report?.url !== "string" || report.url === "") problems.push("report.url must be an address");
  return problems;
}

// MARK: Reading records

/**
 * The instant that a value names, or null if it names none beyond doubt: a Date, a number of milliseconds since 1970,
 * or ISO 8601 with time and zone. A text without a zone means another instant on each side of a border.
 * @param {unknown} value
 * @returns {number | null}
 */
function readTime(value) {
  let time = NaN;
  if (value instanceof Date) time = value.getTime();
  else if (typeof value === "number") time = value;
  else if (typeof value === "string" && ISO_8601.test(value)) time = Date.parse(value);
  return Number.isFinite(time) && time >= EARLIEST_TIME ? time : null;
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/**
 * @param {unknown} record
 * @param {string} path names with dots between them
 * @returns {unknown} undefined if it is not there
 */
function field(record, path) {
  let value = record;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = /** @type {Record<string, unknown>} */ (value)[name];
  }
  return value;
}

/**
 * When a record was used last, or null if it does not say so readably. A last access that is there and cannot be read
 * is not replaced by the time of creation, which would make the record look older than it is.
 * @param {unknown} record
 * @param {Settings} settings
 * @returns {number | null}
 */
function recordTime(record, settings) {
  const access = field(record, settings.lastAccessField) ?? null;
  const created = readTime(field(record, settings.createdField));
  if (access === null) return created;
  const time = readTime(access);
  return time === null || created === null ? time : Math.max(time, created);
}

/**
 * @param {unknown} record
 * @param {Settings} settings
 */
function recordBytes(record, settings) {
  const stated = field(record, settings.sizeField);
  return typeof stated === "number" && Number.isFinite(stated) && stated >= 0 ? Math.round(stated) : measure(record);
}

/**
 * About how many bytes a stored value takes.
 * @param {unknown} value
 */
function measure(value) {
  let bytes = 0;
  const seen = new Set();
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === "string") bytes += next.length;
    else if (typeof next !== "object" || next === null) bytes += 8;
    else if (!seen.has(next)) {
      seen.add(next);
      if (next instanceof Blob) bytes += next.size;
      else if (next instanceof ArrayBuffer || ArrayBuffer.isView(next)) bytes += next.byteLength;
      else if (next instanceof Map) for (const [key, held] of next) waiting.push(key, held);
      else if (next instanceof Set) waiting.push(...next);
      else for (const [key, held] of Object.entries(next)) waiting.push(key, held);
    }
  }
  return bytes;
}

// MARK: The database

/** What is told to a person; `skipped` names a reason that is none of the failures. */
class CleanupError extends Error {
  /**
   * @param {string} message
   * @param {{ cause?: unknown, skipped?: string, final?: boolean }} [more] `final`: nothing more can be done in this
   *   run
   */
  constructor(message, more = {}) {
    super(message, { cause: more.cause });
    this.name = "CleanupError";
    this.skipped = more.skipped;
    this.final = more.final ?? false;
  }
}

/** @param {unknown} error */
function inWords(error) {
  if (error instanceof CleanupError) return error.message;
  return error instanceof Error || error instanceof DOMException ? `${error.name}: ${error.message}` : String(error);
}

/**
 * Opens the database as it is. It is closed as soon as anybody wants to upgrade or delete it.
 * @param {Settings} settings
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(settings) {
  const named = `The database "${settings.database}"`;
  return new Promise((resolve, reject) => {
    if (!globalThis.indexedDB) return reject(new CleanupError("This browser offers no IndexedDB here."));
    // Without a version: the database is never upgraded.
    const request = indexedDB.open(settings.database);
    let missing = false;
    const timer = setTimeout(() => {
      reject(new CleanupError(`${named} could not be opened in ${OPEN_TIMEOUT_MS / 1000} s: another tab upgrades it.`));
      request.onsuccess = () => request.result.close();
    }, OPEN_TIMEOUT_MS);
    request.onupgradeneeded = () => {
      // Only a database that does not exist gets here; aborting leaves it so.
      missing = true;
      /** @type {IDBTransaction} */ (request.transaction).abort();
    };
    request.onerror = (event) => {
      event.preventDefault();
      clearTimeout(timer);
      if (missing) reject(new CleanupError(`${named} does not exist.`, { skipped: "no database" }));
      else reject(new CleanupError(`${named} could not be opened (${inWords(request.error)}).`));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const database = request.result;
      database.onversionchange = () => database.close();
      resolve(database);
    };
  });
}

/**
 * Refuses a database that is not laid out as the options say.
 * @param {IDBDatabase} database
 * @param {Settings} settings
 */
function checkLayout(database, settings) {
  const { store, version, keyPath } = settings;
  if (version !== undefined && database.version !== version) {
    throw new CleanupError(
      `The database "${settings.database}" has version ${database.version}, not ${version}: nothing was removed. ` +
        "Set the option version once the other options suit the new layout.",
    );
  }
  if (!database.objectStoreNames.contains(store)) {
    throw new CleanupError(`The database "${settings.database}" has no store "${store}": check the option store.`);
  }
  const actual = begin(database, store, "readonly").objectStore(store).keyPath;
  if (keyPath !== undefined && JSON.stringify(actual) !== JSON.stringify(keyPath)) {
    throw new CleanupError(
      `The store "${store}" has the key path ${JSON.stringify(actual)}, not ${JSON.stringify(keyPath)}: ` +
        "nothing was removed. Check the option keyPath.",
    );
  }
}

/**
 * @param {IDBDatabase} database
 * @param {string} store
 * @param {IDBTransactionMode} mode
 */
function begin(database, store, mode) {
  try {
    return database.transaction(store, mode);
  } catch (cause) {
    if (!(cause instanceof DOMException && cause.name === "InvalidStateError")) throw cause;
    throw new CleanupError("The database is being upgraded or deleted; the rest waits for the next run.", {
      cause,
      final: true,
    });
  }
}

/**
 * Resolves when the transaction is committed.
 * @param {IDBTransaction} transaction
 * @param {string} doing
 * @returns {Promise<void>}
 */
function committed(transaction, doing) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => {
      const reason = transaction.error ? inWords(transaction.error) : "AbortError: the transaction was aborted";
      reject(new CleanupError(`${doing} failed and was rolled back (${reason}).`, { cause: transaction.error }));
    };
  });
}

// MARK: Looking

/**
 * Shows every record of a source, in transactions that are bounded in records and in time.
 * @param {IDBDatabase} database
 * @param {Source} source
 * @param {(key: IDBValidKey, record: unknown) => void} visit
 * @returns {Promise<number>} how many records the browser failed to read
 */
async function scan(database, source, visit) {
  let unreadable = 0;
  /** @type {Position | null} */
  let position = { key: null, primaryKey: null };
  while (position) {
    if (position.unreadable) unreadable += 1;
    position = await scanBatch(database, source, position, visit);
  }
  return unreadable;
}

/**
 * @param {IDBDatabase} database
 * @param {Source} source
 * @param {Position} after where the batch before ended
 * @param {(key: IDBValidKey, record: unknown) => void} visit
 * @returns {Promise<Position | null>} where this one ended; null at the end of the source
 */
async function scanBatch(database, source, after, visit) {
  const transaction = begin(database, source.store, "readonly");
  const store = transaction.objectStore(source.store);
  const records = source.index === null ? store : store.index(source.index);
  const range = rangeAfter(source, after);
  // A record that the browser cannot read stops a cursor over values; one over keys steps across it.
  const request = after.unreadable ? records.openKeyCursor(range) : records.openCursor(range);
  /** @type {number | undefined} */
  let started;
  let last = { key: after.key, primaryKey: after.primaryKey };
  let seen = 0;
  /** @type {Position | null} */
  let next = null;
  request.onsuccess = () => {
    const cursor = /** @type {IDBCursorWithValue | null} */ (request.result);
    if (cursor === null || steppedOn(cursor, after)) return;
    last = { key: cursor.key, primaryKey: cursor.primaryKey };
    // Not before: a transaction may have waited for its turn.
    started ??= performance.now();
    if (!after.unreadable) visit(cursor.primaryKey, cursor.value);
    seen += 1;
    if (after.unreadable || seen >= BATCH_RECORDS || performance.now() - started > BATCH_MS) next = last;
    else cursor.continue();
  };
  request.onerror = (event) => {
    // Keys that cannot be read either: then nothing more can be.
    if (after.unreadable) return;
    event.preventDefault();
    next = { ...last, unreadable: true };
  };
  await committed(transaction, "Reading");
  return next;
}

/**
 * @param {Source} source
 * @param {Position} after
 */
function rangeAfter(source, after) {
  if (after.key === null) return source.range;
  // Keys of an index may repeat: there it begins at the last key, and `steppedOn` passes what was seen.
  const isOpen = source.index === null;
  if (source.range?.upper === undefined) return IDBKeyRange.lowerBound(after.key, isOpen);
  return IDBKeyRange.bound(after.key, source.range.upper, isOpen, source.range.upperOpen);
}

/**
 * Moves a cursor on that still stands at or before a position.
 * @param {IDBCursor} cursor
 * @param {Position} after
 */
function steppedOn(cursor, after) {
  if (after.key === null || after.primaryKey === null || indexedDB.cmp(cursor.key, after.key) !== 0) return false;
  const order = indexedDB.cmp(cursor.primaryKey, after.primaryKey);
  if (order > 0) return false;
  if (order === 0) cursor.continue();
  else cursor.continuePrimaryKey(after.key, after.primaryKey);
  return true;
}

/**
 * Where expired records can be: ranges of an index on the last access, if it holds every record, else the store.
 * @param {IDBDatabase} database
 * @param {Settings} settings
 * @param {number} cutoff
 * @returns {Promise<Source[]>}
 */
async function sourcesOfExpired(database, settings, cutoff) {
  const whole = [{ store: settings.store, index: null, range: null }];
  const transaction = begin(database, settings.store, "readonly");
  const store = transaction.objectStore(settings.store);
  const index = Array.from(store.indexNames, (name) => store.index(name)).find(
    (index) => index.keyPath === settings.lastAccessField && !index.multiEntry,
  );
  if (index === undefined) return whole;
  const [all, indexed] = [store.count(), index.count()];
  await committed(transaction, "Counting records");
  // A record without a last access is not in the index, and may be expired by its time of creation.
  if (all.result !== indexed.result) return whole;
  const ranges = [
    IDBKeyRange.upperBound(cutoff),
    IDBKeyRange.bound(new Date(-8.64e15), new Date(cutoff)),
    // Texts and whatever follows them: no order of theirs is that of time.
    IDBKeyRange.lowerBound(""),
  ];
  return ranges.map((range) => ({ store: settings.store, index: index.name, range }));
}

// MARK: Choosing

/** Chooses the oldest records that make up a number of bytes; never the one that was used last. */
class OldestRecords {
  #wanted;
  #bytes = 0;
  /** @type {Candidate[]} */
  #kept = [];
  /** @type {Candidate | null} */
  #newest = null;
  #trimAt = 10_000;

  /** @param {number} wanted bytes */
  constructor(wanted) {
    this.#wanted = wanted;
  }

  /** Of all records that were added. */
  get bytes() {
    return this.#bytes;
  }

  /** @param {Candidate} record */
  add(record) {
    this.#bytes += record.bytes;
    if (this.#newest === null || record.time >= this.#newest.time) this.#newest = record;
    this.#kept.push(record);
    // Memory grows with what will go, not with what is there.
    if (this.#kept.length < this.#trimAt) return;
    this.#kept = this.#oldest();
    this.#trimAt = 2 * this.#kept.length + 10_000;
  }

  #oldest() {
    const sorted = this.#kept.sort((left, right) => left.time - right.time);
    let bytes = 0;
    let count = 0;
    while (count < sorted.length && bytes < this.#wanted) bytes += sorted[count++].bytes;
    return sorted.slice(0, count);
  }

  /** @returns {Candidate[] | null} oldest first; null if all others together are less than wanted */
  chosen() {
    const chosen = this.#oldest().filter((record) => record !== this.#newest);
    const bytes = chosen.reduce((sum, record) => sum + record.bytes, 0);
    return bytes >= this.#wanted ? chosen : null;
  }
}

// MARK: Removing

/**
 * Cuts candidates into what one transaction takes.
 * @param {Candidate[]} candidates
 */
function* batches(candidates) {
  let batch = [];
  let bytes = 0;
  for (const candidate of candidates) {
    if (batch.length > 0 && (batch.length >= BATCH_RECORDS || bytes + candidate.bytes > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(candidate);
    bytes += candidate.bytes;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Removes the candidates whose time is still the one that they were chosen for, in one transaction.
 * @param {IDBDatabase} database
 * @param {Settings} settings
 * @param {Candidate[]} batch
 * @returns {Promise<Removal>} of what is committed
 */
async function removeBatch(database, settings, batch) {
  const transaction = begin(database, settings.store, "readwrite");
  const store = transaction.objectStore(settings.store);
  const tally = { removed: 0, bytes: 0, changed: 0, failed: 0 };
  /** @param {Event} event */
  const failed = (event) => {
    // One record's failure must not roll back the others.
    event.preventDefault();
    tally.failed += 1;
  };
  for (const candidate of batch) {
    const request = store.openCursor(IDBKeyRange.only(candidate.key));
    request.onerror = failed;
    request.onsuccess = () => {
      const cursor = request.result;
      // Gone already: somebody else was first, which is harmless.
      if (cursor === null) return;
      if (recordTime(cursor.value, settings) !== candidate.time) {
        tally.changed += 1;
        return;
      }
      const bytes = recordBytes(cursor.value, settings);
      const deletion = cursor.delete();
      deletion.onerror = failed;
      deletion.onsuccess = () => {
        tally.removed += 1;
        tally.bytes += bytes;
      };
    };
  }
  await committed(transaction, `Removing ${batch.length} records`);
  return tally;
}

// MARK: Storage

/** @returns {Promise<{ used: number, quota: number } | null>} null if the browser does not say */
async function estimate() {
  /** @type {StorageEstimate} */
  let answer = {};
  try {
    answer = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
  } catch {
    // It may be forbidden; then the sizes of the records are added up.
  }
  const { usage = NaN, quota = NaN } = answer;
  return usage >= 0 && quota > 0 ? { used: usage, quota } : null;
}

/**
 * @param {number} used
 * @param {number | null} quota
 * @param {Settings} settings
 * @returns {StorageInfo}
 */
function storageInfo(used, quota, settings) {
  const limit = Math.min(quota ?? Infinity, settings.maxStorageMB * MEBIBYTE);
  return { used, quota, limit, percent: (used / limit) * 100, source: quota === null ? "records" : "estimate" };
}

/**
 * Some browsers report freed space late or never. So that no emergency follows another for the same bytes, what one
 * freed to no visible effect is noted, also for the next time that the page is loaded.
 */
class EmergencyNote {
  #name;
  /** Where localStorage is forbidden.
   * @type {{ used: number, freed: number } | null} */
  #own = null;

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
  }

  /** @returns {{ used: number, freed: number } | null} */
  read() {
    try {
      const note = JSON.parse(localStorage.getItem(this.#name) ?? "null");
      return Number.isFinite(note?.used) && Number.isFinite(note?.freed) ? note : null;
    } catch {
      return this.#own;
    }
  }

  /** @param {{ used: number, freed: number } | null} note */
  write(note) {
    this.#own = note;
    try {
      if (note === null) localStorage.removeItem(this.#name);
      else localStorage.setItem(this.#name, JSON.stringify(note));
    } catch {
      // Forbidden or full: `#own` serves until the page is left.
    }
  }

  /**
   * Whether the use is still what it was, and nothing that was freed shows in it.
   * @param {number} used
   */
  holds(used) {
    const note = this.read();
    return note !== null && used <= note.used && used > note.used - note.freed / 2;
  }
}

// MARK: One tab at a time

/** Names of what this page cleans at the moment. */
const running = new Set();

/**
 * Does the work unless this page or another tab is at it.
 * @param {string} name
 * @param {() => Promise<void>} work
 * @returns {Promise<string | null>} why it was not done
 */
async function exclusively(name, work) {
  if (running.has(name)) return "already running";
  running.add(name);
  try {
    if (!globalThis.navigator?.locks) return await withLease(`${name}#lease`, work);
    return await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) return "another tab";
      await work();
      return null;
    });
  } finally {
    running.delete(name);
  }
}

/**
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function withLease(name, work) {
  const release = await leased(name);
  if (release === null) return "another tab";
  try {
    await work();
    return null;
  } finally {
    release();
  }
}

/**
 * Where there are no Web Locks (pages that are not served by HTTPS): an entry of localStorage that runs out. Two tabs
 * could both get it; that is harmless, because each record is checked again in the transaction that removes it.
 * @param {string} name
 * @returns {Promise<(() => void) | null>} gives it back; null if another tab holds it
 */
async function leased(name) {
  const owner = `${Date.now()}-${Math.random()}`;
  const held = () => JSON.parse(localStorage.getItem(name) ?? "null");
  const hold = () => localStorage.setItem(name, JSON.stringify({ owner, until: Date.now() + LEASE.heldMs }));
  try {
    const until = held()?.until;
    // A time too far ahead was written under another clock.
    if (until > Date.now() && until <= Date.now() + LEASE.heldMs) return null;
    hold();
    await new Promise((resolve) => setTimeout(resolve, LEASE.settleMs));
    if (held()?.owner !== owner) return null;
    const timer = setInterval(hold, LEASE.renewMs);
    return () => {
      clearInterval(timer);
      if (held()?.owner === owner) localStorage.removeItem(name);
    };
  } catch {
    // No localStorage, or no room in it: this page alone then sees to it that it cleans once at a time.
    return () => {};
  }
}

// MARK: One run

/** What one run does and finds. It never throws: what fails is counted, and told in `result.lastError`. */
class Run {
  #settings;
  #note;
  /** Per cent from which on the oldest records go. */
  #threshold;
  #now = Date.now();
  /** @type {CleanupResult} */
  result;
  /** What is used when the run ends; null if nobody knows.
   * @type {StorageInfo | null} */
  storage = null;
  /** Whether it came to its end. */
  isComplete = false;

  /**
   * @param {Settings} settings
   * @param {EmergencyNote} note
   * @param {RunOptions} options
   */
  constructor(settings, note, { dryRun = false, storageIsFull = false }) {
    this.#settings = settings;
    this.#note = note;
    this.#threshold = storageIsFull ? 0 : settings.emergencyThresholdPercent;
    this.result = emptyResult(dryRun);
    if (dryRun) this.result.sessions = [];
  }

  async perform() {
    let database = null;
    try {
      const before = await estimate();
      database = await openDatabase(this.#settings);
      checkLayout(database, this.#settings);
      await this.#removeExpired(database);
      const info = await this.#storageNow(database, before);
      await this.#removeOldest(database, info);
      this.isComplete = true;
    } catch (error) {
      if (error instanceof CleanupError && error.skipped) this.result.skipped = error.skipped;
      else this.#fail(error);
    } finally {
      database?.close();
    }
  }

  /**
   * @param {unknown} error
   * @param {number} [count]
   */
  #fail(error, count = 1) {
    this.result.errors += count;
    this.result.lastError = inWords(error);
  }

  /** @param {IDBDatabase} database */
  async #removeExpired(database) {
    const retention = this.#settings.retentionHours * HOUR_MS;
    const sources = await sourcesOfExpired(database, this.#settings, this.#now - retention);
    /** @type {Candidate[]} */
    const expired = [];
    let unreadable = 0;
    for (const source of sources) {
      unreadable += await scan(database, source, (key, record) => {
        const time = recordTime(record, this.#settings);
        if (time === null) this.result.corrupt += 1;
        else if (this.#now - time > retention) expired.push(this.#candidate(key, time, record));
      });
    }
    this.#tellCorrupt(unreadable);
    await this.#remove(database, expired, "expired");
  }

  /** @param {number} unreadable records that the browser could not read */
  #tellCorrupt(unreadable) {
    const { lastAccessField, createdField, store } = this.#settings;
    if (this.result.corrupt > 0) {
      const words = `${this.result.corrupt} records of "${store}" have no readable time in "${lastAccessField}"`;
      this.#fail(new CleanupError(`${words} or "${createdField}" and are kept.`), this.result.corrupt);
    }
    if (unreadable > 0) {
      this.#fail(new CleanupError(`${unreadable} records of "${store}" could not be read and are kept.`), unreadable);
      this.result.corrupt += unreadable;
    }
  }

  /**
   * @param {IDBDatabase} database
   * @param {{ used: number } | null} before what was used before anything was removed
   */
  async #storageNow(database, before) {
    const now = await estimate();
    if (now !== null) {
      // What was freed just now counts, even if the browser does not know yet.
      const freed = this.result.dryRun ? this.#listedBytes() : this.result.bytesFreed;
      return storageInfo(Math.min(now.used, Math.max(0, (before ?? now).used - freed)), now.quota, this.#settings);
    }
    const bytes = await recordsBytes(database, this.#settings);
    return storageInfo(bytes - (this.result.dryRun ? this.#listedBytes() : 0), null, this.#settings);
  }

  #listedBytes() {
    return (this.result.sessions ?? []).reduce((sum, session) => sum + session.bytes, 0);
  }

  /**
   * @param {IDBDatabase} database
   * @param {StorageInfo} info
   */
  async #removeOldest(database, info) {
    this.storage = info;
    if (info.percent < this.#threshold) {
      if (!this.result.dryRun) this.#note.write(null);
      return;
    }
    const full = `${info.percent.toFixed(1)} % of ${info.limit} bytes are used`;
    if (this.#note.holds(info.used)) {
      const words = "what the last emergency removed does not show in it. Nothing more goes before more is used.";
      return this.#fail(new CleanupError(`${full}, and ${words}`));
    }
    const oldest = await this.#oldestRecords(database, info.used * EMERGENCY_SHARE);
    const chosen = oldest.chosen();
    if (chosen === null) {
      const words = `the records of "${this.#settings.store}" are only ${oldest.bytes} of them: something else, or one`;
      return this.#fail(new CleanupError(`${full}, but ${words} record in use, fills the storage. No emergency.`));
    }
    const freedBefore = this.result.bytesFreed;
    await this.#remove(database, chosen, "emergency");
    if (!this.result.dryRun) await this.#afterEmergency(info, this.result.bytesFreed - freedBefore);
  }

  /**
   * Records that are neither expired nor from the future: the former have gone or failed to, the latter are not old.
   * @param {IDBDatabase} database
   * @param {number} wanted bytes
   */
  async #oldestRecords(database, wanted) {
    const retention = this.#settings.retentionHours * HOUR_MS;
    const oldest = new OldestRecords(wanted);
    await scan(database, { store: this.#settings.store, index: null, range: null }, (key, record) => {
      const time = recordTime(record, this.#settings);
      if (time === null || time > this.#now || this.#now - time > retention) return;
      oldest.add(this.#candidate(key, time, record));
    });
    return oldest;
  }

  /**
   * @param {StorageInfo} info before
   * @param {number} freed
   */
  async #afterEmergency(info, freed) {
    if (info.source === "records") {
      this.storage = storageInfo(info.used - freed, null, this.#settings);
      return;
    }
    const after = await estimate();
    const isSeen = after !== null && after.used <= info.used - freed / 2;
    this.#note.write(isSeen || freed === 0 ? null : { used: info.used, freed });
    if (after !== null) this.storage = storageInfo(after.used, after.quota, this.#settings);
  }

  /**
   * @param {IDBValidKey} key
   * @param {number} time
   * @param {unknown} record
   * @returns {Candidate}
   */
  #candidate(key, time, record) {
    return { key, time, bytes: recordBytes(record, this.#settings) };
  }

  /**
   * Removes, or in a dry run lists: only here do the two part.
   * @param {IDBDatabase} database
   * @param {Candidate[]} candidates
   * @param {"expired" | "emergency"} reason
   */
  async #remove(database, candidates, reason) {
    candidates.sort((left, right) => left.time - right.time);
    if (this.result.dryRun) {
      this.result[reason] += candidates.length;
      const listed = candidates.map(({ key, time, bytes }) => ({ key, time: new Date(time), bytes, reason }));
      this.result.sessions = (this.result.sessions ?? []).concat(listed);
      return;
    }
    let failures = 0;
    for (const batch of batches(candidates)) {
      try {
        this.#count(await removeBatch(database, this.#settings, batch), reason);
        failures = 0;
      } catch (error) {
        failures += 1;
        const isFinal = error instanceof CleanupError && error.final;
        if (isFinal || failures >= MAX_FAILED_BATCHES) throw error;
        this.#fail(error);
      }
    }
  }

  /**
   * @param {Removal} tally
   * @param {"expired" | "emergency"} reason
   */
  #count(tally, reason) {
    this.result[reason] += tally.removed;
    this.result.sessionsCleared += tally.removed;
    this.result.bytesFreed += tally.bytes;
    this.result.changed += tally.changed;
    if (tally.failed > 0) this.#fail(new CleanupError(`${tally.failed} records could not be removed.`), tally.failed);
  }
}

/**
 * @param {boolean} dryRun
 * @returns {CleanupResult}
 */
function emptyResult(dryRun) {
  const counts = { sessionsCleared: 0, bytesFreed: 0, expired: 0, emergency: 0, errors: 0 };
  return { ...counts, dryRun, corrupt: 0, changed: 0, lastError: null };
}

/**
 * @param {IDBDatabase} database
 * @param {Settings} settings
 */
async function recordsBytes(database, settings) {
  let bytes = 0;
  await scan(database, { store: settings.store, index: null, range: null }, (_, record) => {
    bytes += recordBytes(record, settings);
  });
  return bytes;
}

// MARK: Report

/** @typedef {{ sessions: number, bytes: number, errors: number }} Counts */

/** @type {Readonly<Counts>} */
const NOTHING = Object.freeze({ sessions: 0, bytes: 0, errors: 0 });

/**
 * @param {Counts} left
 * @param {Counts} right
 * @returns {Counts}
 */
function sum(left, right) {
  return {
    sessions: left.sessions + right.sessions,
    bytes: left.bytes + right.bytes,
    errors: left.errors + right.errors,
  };
}

/** Tells a cleanupd what runs did. Nothing that happens here disturbs the cleaning. */
class Reporter {
  #options;
  /** What the server refused to count. */
  #refused = NOTHING;
  /** @type {string | null} */
  outcome = null;

  /** @param {ReportOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {CleanupResult} result
   * @param {StorageInfo | null} storage
   */
  async send(result, storage) {
    const ofRun = { sessions: result.sessionsCleared, bytes: result.bytesFreed, errors: result.errors };
    const counts = sum(this.#refused, ofRun);
    this.#refused = NOTHING;
    try {
      const answer = await fetch(this.#options.url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(reportBody(this.#options.app, counts, storage)),
        keepalive: true,
        credentials: "omit",
        mode: "cors",
        referrerPolicy: "no-referrer",
      });
      this.outcome = answer.ok ? "accepted" : `refused with status ${answer.status}`;
      if (!answer.ok) this.#refused = sum(this.#refused, counts);
    } catch (error) {
      this.outcome = `failed (${inWords(error)})`;
    }
  }
}

/**
 * @param {string} app
 * @param {Counts} counts
 * @param {StorageInfo | null} storage
 */
function reportBody(app, counts, storage) {
  /** @param {number} number */
  const whole = (number) => Math.min(Math.max(0, Math.round(number)), Number.MAX_SAFE_INTEGER);
  return {
    app,
    sessions_cleared: whole(counts.sessions),
    bytes_freed: whole(counts.bytes),
    errors: whole(counts.errors),
    storage_used_bytes: whole(storage?.used ?? 0),
    storage_quota_bytes: whole(storage?.limit ?? 0),
  };
}

// MARK: What is exported

/** Cleans one store. Made by `createCleanupService`. */
class CleanupService {
  #settings;
  #name;
  #note;
  #reporter;
  /** @type {CleanupMetrics} */
  #metrics = { sessionsCleared: 0, bytesFreed: 0, lastCleanup: null, errors: 0, lastError: null };

  /** @param {CleanupOptions} options */
  constructor(options) {
    this.#settings = checkedOptions(options);
    this.#name = `cleanup-client:${this.#settings.database}/${this.#settings.store}`;
    this.#note = new EmergencyNote(this.#name);
    this.#reporter = this.#settings.report ? new Reporter(this.#settings.report) : null;
  }

  /**
   * Removes expired records, then the oldest ones if the storage is too full. Of several tabs one does it. It never
   * rejects: what fails is counted in `errors` and told in `lastError`.
   * @param {RunOptions} [options]
   * @returns {Promise<CleanupResult>}
   */
  async runCleanup(options = {}) {
    const run = new Run(this.#settings, this.#note, options);
    if (run.result.dryRun) {
      await run.perform();
      return run.result;
    }
    try {
      const skipped = await exclusively(this.#name, () => run.perform());
      if (skipped !== null) run.result.skipped = skipped;
    } catch (error) {
      run.result.errors += 1;
      run.result.lastError = inWords(error);
    }
    this.#count(run);
    if (run.result.skipped === undefined) this.#reporter?.send({ ...run.result }, run.storage);
    return run.result;
  }

  /** @param {Run} run */
  #count({ result, isComplete }) {
    const metrics = this.#metrics;
    metrics.sessionsCleared += result.sessionsCleared;
    metrics.bytesFreed += result.bytesFreed;
    metrics.errors += result.errors;
    metrics.lastError = result.lastError ?? metrics.lastError;
    if (isComplete) metrics.lastCleanup = new Date();
  }

  /**
   * How full the storage is. Where the browser does not say, the sizes of the records are added up.
   * @returns {Promise<StorageStatus>} rejects if nobody can tell
   */
  async getStorageStatus() {
    const now = await estimate();
    const info = now
      ? storageInfo(now.used, now.quota, this.#settings)
      : storageInfo(await this.#recordsBytes(), null, this.#settings);
    return { storageInfo: info, emergency: info.percent >= this.#settings.emergencyThresholdPercent };
  }

  async #recordsBytes() {
    let database = null;
    try {
      database = await openDatabase(this.#settings);
      checkLayout(database, this.#settings);
      return await recordsBytes(database, this.#settings);
    } catch (error) {
      if (error instanceof CleanupError && error.skipped) return 0;
      throw error;
    } finally {
      database?.close();
    }
  }

  /** @returns {CleanupMetrics} */
  getMetrics() {
    const { lastCleanup } = this.#metrics;
    return { ...this.#metrics, lastCleanup: lastCleanup && new Date(lastCleanup) };
  }

  /** What became of the last report, in words; null before the first. */
  get reportOutcome() {
    return this.#reporter?.outcome ?? null;
  }
}

/** Runs a service now and then. Made by `createScheduledCleanup`. */
class ScheduledCleanup {
  #service;
  #intervalMs;
  /** The turn that counts: a run of an earlier one must not set a timer. */
  #turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isStarted = false;

  /**
   * @param {{ runCleanup(): Promise<unknown> }} service
   * @param {number} intervalHours
   */
  constructor(service, intervalHours) {
    if (!(intervalHours > 0 && intervalHours <= MAX_INTERVAL_HOURS)) {
      throw new TypeError(`createScheduledCleanup: intervalHours must be above 0 and at most ${MAX_INTERVAL_HOURS}.`);
    }
    this.#service = service;
    this.#intervalMs = intervalHours * HOUR_MS;
  }

  get isRunning() {
    return this.#isStarted;
  }

  /** Cleans at once, and then an interval after each run has ended. Started already, it does nothing. */
  start() {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#turn += 1;
    this.#wait(0, this.#turn);
  }

  /** No run begins after this; one that is under way ends by itself. Stopped already, it does nothing. */
  stop() {
    this.#isStarted = false;
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  /**
   * @param {number} milliseconds
   * @param {number} turn
   */
  #wait(milliseconds, turn) {
    this.#timer = setTimeout(async () => {
      try {
        await this.#service.runCleanup();
      } finally {
        if (turn === this.#turn) this.#wait(this.#intervalMs, turn);
      }
    }, milliseconds);
  }
}

/**
 * @param {CleanupOptions} [options]
 * @returns {CleanupService}
 * @throws {TypeError} if an option is unknown or wrong
 */
export function createCleanupService(options = {}) {
  return new CleanupService(options);
}

/**
 * @param {{ runCleanup(): Promise<unknown> }} service
 * @param {number} [intervalHours] default 1
 * @returns {ScheduledCleanup}
 * @throws {TypeError} if the interval is none
 */
export function createScheduledCleanup(service, intervalHours = 1) {
  return new ScheduledCleanup(service, intervalHours);
}
