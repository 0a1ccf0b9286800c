/** Placeholder of the first minutes: replaced below. */
export const handler = async () => ({ statusCode: 503 });
