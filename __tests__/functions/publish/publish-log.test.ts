import { publishLog } from "../../../functions/publish/publish-log";

/** What stands on stdout after one line. */
function linesOf(say: (log: ReturnType<typeof publishLog>) => void): unknown[] {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    say(publishLog());
    return write.mock.calls.map(([text]) => JSON.parse(String(text)) as unknown);
  } finally {
    write.mockRestore();
  }
}

test("a published event is one line", () => {
  expect(
    linesOf((log) => log.published({ requestId: "r1", key: "github#1", source: "github", messageId: "m1" })),
  ).toEqual([
    expect.objectContaining({
      level: "INFO",
      message: "Published",
      stage: "published",
      requestId: "r1",
      key: "github#1",
      messageId: "m1",
    }),
  ]);
});

test.each([
  ["filtered", "Filtered"],
  ["handshake", "Answered a handshake"],
] as const)("a request that ends as %s is one line", (stage, message) => {
  const facts = { requestId: "r1", key: "github#1", source: "github" };
  expect(linesOf((log) => log[stage](facts))).toEqual([
    expect.objectContaining({ level: "INFO", message, stage, ...facts }),
  ]);
});

test("a refused request is one line, its reason for machines and with the detail for people", () => {
  const facts = { requestId: "r1", key: "github#1", source: "github", reason: "QUEUE_UNAVAILABLE" } as const;
  expect(linesOf((log) => log.refused({ ...facts, detail: "OutOfTime: no answer" }))).toEqual([
    expect.objectContaining({ level: "WARN", message: "Refused: OutOfTime: no answer", stage: "refused", ...facts }),
  ]);
  expect(linesOf((log) => log.refused(facts))).toMatchObject([{ message: "Refused" }]);
});
