// Runs that this browser has shown. A push that was in doubt when its sender stopped is sent again:
// its second copy must not disturb or count twice.
import { update } from './store';

const KEY = 'runs';
const KEPT = 200; // far more than are in doubt at any time

// True for the first caller that names this run, and for runs without a name. Two copies may come
// at the same time, so the run counts as shown from here on: a caller who then cannot show it must
// say so.
export async function isFirstCopy(run: string): Promise<boolean> {
    if (run === '') {
        return true;
    }
    let first = true;
    await update<string[]>(KEY, (runs = []) => {
        first = !runs.includes(run);
        return first ? [...runs, run].slice(-KEPT) : runs;
    });
    return first;
}

export async function wasNotShown(run: string): Promise<void> {
    await update<string[]>(KEY, (runs = []) => runs.filter((shown) => shown !== run));
}
