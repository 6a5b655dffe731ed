// What the browser remembers, in one place that the pages and the worker share: one table of an
// IndexedDB database. There is no other: two memories could disagree about who left. Where it is
// blocked or damaged everything here rejects, and push counts as unsupported.

const DATABASE = 'webpush';
const TABLE = 'state';
const OPEN_TIMEOUT = 3000; // ms; some browsers never answer when their profile is damaged

let opened: Promise<IDBDatabase> | undefined;

export function read<T>(key: string): Promise<T | undefined> {
    return connected((database) => {
        const transaction = database.transaction(TABLE);
        const value: IDBRequest<T | undefined> = transaction.objectStore(TABLE).get(key);
        return settled(transaction, () => value.result);
    });
}

// Reads, changes and writes in one step, as page and worker may do it at the same time; resolves
// with what is remembered then. A change to undefined deletes.
export function update<T>(
    key: string,
    change: (old: T | undefined) => T | undefined,
): Promise<T | undefined> {
    return connected((database) => {
        const transaction = database.transaction(TABLE, 'readwrite');
        const table = transaction.objectStore(TABLE);
        const old: IDBRequest<T | undefined> = table.get(key);
        let value: T | undefined;
        old.onsuccess = () => {
            value = change(old.result);
            if (value === undefined) {
                table.delete(key);
            } else {
                table.put(value, key);
            }
        };
        return settled(transaction, () => value);
    });
}

// A browser may take a connection away without a word (iOS does so in the background): transactions
// cannot be begun on it any more, so another one is made, once.
async function connected<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    try {
        return await work(await connection());
    } catch (error) {
        if ((error as Partial<DOMException>).name !== 'InvalidStateError') {
            throw error;
        }
        opened = undefined;
        return work(await connection());
    }
}

function settled<T>(transaction: IDBTransaction, result: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(result());
        transaction.onabort = () => reject(transaction.error);
    });
}

function connection(): Promise<IDBDatabase> {
    opened ??= openDatabase().catch((error: unknown) => {
        opened = undefined; // the next call tries again
        throw error;
    });
    return opened;
}

function openDatabase(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('webpush: the database does not open')), OPEN_TIMEOUT);
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
            const database = request.result;
            database.onversionchange = () => {
                database.close(); // or it could not be deleted
                opened = undefined;
            };
            database.onclose = () => {
                opened = undefined;
            };
            resolve(database);
        };
    });
}
