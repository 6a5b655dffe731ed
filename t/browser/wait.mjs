// Deadlines are stretched as those of the tests in Perl are (t/lib/WebPush/Test.pm).
const SLOW = Number(process.env.TEST_SLOW ?? (process.env.TEST_SANITIZE ? 4 : 1));

// Polls until the condition gives something true (or its promise does) and returns that.
export async function waitFor(condition, what, milliseconds = 10_000) {
    const end = Date.now() + milliseconds * SLOW;
    for (;;) {
        const value = await condition();
        if (value) {
            return value;
        }
        if (Date.now() > end) {
            throw new Error(`timed out waiting for ${what}`);
        }
        await new Promise((resolve) => {
            setTimeout(resolve, 25);
        });
    }
}
