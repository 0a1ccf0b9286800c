import fc from "fast-check";
import { Calendar } from "../../../operate/capacity/calendar";

test("gives what was entered in the order of time, and of entering where the time is the same", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const calendar = new Calendar();
      const happened: { at: number; number: number }[] = [];
      times.forEach((at, number) => {
        calendar.enter(at, () => happened.push({ at, number }));
      });
      for (let entry = calendar.next(); entry !== undefined; entry = calendar.next()) entry.act();
      const expected = times.map((at, number) => ({ at, number })).sort((a, b) => a.at - b.at || a.number - b.number);
      expect(happened).toEqual(expected);
    }),
  );
});
