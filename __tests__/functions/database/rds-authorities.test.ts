import { X509Certificate } from "node:crypto";
import { rdsAuthorities } from "../../../functions/database/rds-authorities";

const subjects = (now?: number) => rdsAuthorities(now).map((pem) => new X509Certificate(pem).subject);

test.each(["us-east-1", "eu-central-1", "ap-southeast-2", "sa-east-1"])("RDS in %s is believed", (region) => {
  const ours = subjects().filter((subject) => subject.includes(`Amazon RDS ${region} Root CA`));
  expect(ours.map((subject) => /CN=Amazon RDS \S+ Root CA (\S+)/.exec(subject)?.[1]).sort()).toEqual([
    "ECC384",
    "RSA2048",
    "RSA4096",
  ]);
});

test("RDS Proxy is believed, whose certificates are of Amazon's own authorities", () => {
  expect(subjects()).toContainEqual(expect.stringContaining("CN=Amazon Root CA 1"));
});

test("what has expired is left out", () => {
  const rootOf2019 = expect.stringContaining("CN=Amazon RDS Root 2019 CA");
  expect(subjects(Date.UTC(2020, 0))).toContainEqual(rootOf2019);
  expect(subjects(Date.UTC(2025, 0))).not.toContainEqual(rootOf2019);
  expect(subjects(Date.UTC(2500, 0))).toEqual([]);
});
