// What the browser remembers, in one place that the pages and the worker share: IndexedDB. Where it
// is missing, blocked or stuck, localStorage takes its place on a page and plain memory in a
// worker: less is remembered then, nothing fails.

export interface Store {
    get<T>(key: string): Promise<T | undefined>;
    // Reads, changes and writes in one step, as page and worker may do it at the same time. A
    // change to undefined deletes.
    update<T>(key: string, change: (old: T | undefined) => T | undefined): Promise<T | undefined>;
}

const DATABASE = 'webpush';
const TABLE = 'state';
const OPEN_TIMEOUT = 1000; // ms; some browsers never answer when their profile is damaged

let opened: Promise<Store> | undefined;

export function store(): Promise<Store> {
    opened ??= openDatabase().then(
        (database) => new IndexedStore(database),
        () => new TextStore(),
    );
    return opened;
}

function openDatabase(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('timeout')), OPEN_TIMEOUT);
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
        request.onblocked = () => reject(new Error('blocked'));
    });
}

class IndexedStore implements Store {
    constructor(private readonly database: IDBDatabase) {
        database.onversionchange = () => database.close();
    }

    get<T>(key: string): Promise<T | undefined> {
        return new Promise((resolve, reject) => {
            const read = this.database.transaction(TABLE).objectStore(TABLE).get(key);
            read.onsuccess = () => resolve(read.result as T | undefined);
            read.onerror = () => reject(read.error);
        });
    }

    update<T>(key: string, change: (old: T | undefined) => T | undefined): Promise<T | undefined> {
        return new Promise((resolve, reject) => {
            const transaction = this.database.transaction(TABLE, 'readwrite');
            const table = transaction.objectStore(TABLE);
            let value: T | undefined;
            const read = table.get(key);
            read.onsuccess = () => {
                value = change(read.result as T | undefined);
                if (value === undefined) {
                    table.delete(key);
                } else {
                    table.put(value, key);
                }
            };
            transaction.oncomplete = () => resolve(value);
            transaction.onabort = () => reject(transaction.error);
        });
    }
}

// localStorage as far as it is used here; workers have none.
interface TextStorage {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
}

class TextStore implements Store {
    private readonly texts = textStorage() ?? new TextsInMemory();

    get<T>(key: string): Promise<T | undefined> {
        return Promise.resolve(this.read<T>(key));
    }

    update<T>(key: string, change: (old: T | undefined) => T | undefined): Promise<T | undefined> {
        const value = change(this.read<T>(key));
        if (value === undefined) {
            this.texts.removeItem(`${DATABASE}.${key}`);
        } else {
            this.texts.setItem(`${DATABASE}.${key}`, JSON.stringify(value));
        }
        return Promise.resolve(value);
    }

    private read<T>(key: string): T | undefined {
        const text = this.texts.getItem(`${DATABASE}.${key}`);
        return text === null ? undefined : (JSON.parse(text) as T);
    }
}

function textStorage(): TextStorage | undefined {
    try {
        const storage = (globalThis as { localStorage?: TextStorage }).localStorage;
        storage?.setItem(`${DATABASE}.probe`, '1'); // throws where storage is blocked or full
        storage?.removeItem(`${DATABASE}.probe`);
        return storage;
    } catch {
        return undefined;
    }
}

class TextsInMemory implements TextStorage {
    private readonly texts = new Map<string, string>();
    getItem(key: string): string | null {
        return this.texts.get(key) ?? null;
    }
    setItem(key: string, value: string): void {
        this.texts.set(key, value);
    }
    removeItem(key: string): void {
        this.texts.delete(key);
    }
}
