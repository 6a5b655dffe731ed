// Polls until the condition gives something true (or its promise does) and returns that. Deadlines
// are those of the tests: TEST_SLOW multiplies them.
export async function waitFor(condition, what, milliseconds = 10_000) {
    const end = Date.now() + milliseconds * Number(process.env.TEST_SLOW ?? 1);
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
