import { startEmulatedAws } from "./emulated-aws";
import { describeWithTerraform } from "./requirements";

describeWithTerraform("the emulated AWS", () => {
  test("answers on the loopback until it is stopped", async () => {
    const aws = await startEmulatedAws();
    try {
      expect(aws.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect((await fetch(`${aws.url}/moto-api/data.json`)).status).toBe(200);
    } finally {
      await aws.stop();
    }
    await expect(fetch(`${aws.url}/moto-api/data.json`)).rejects.toThrow("fetch failed");
  });
});
