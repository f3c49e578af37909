import { describe, expect, it } from "vitest";
import { Redactor } from "../src/bodies/redact";
import { maskUrl } from "../src/privacy/urls";

const redacted = (member: string): unknown => JSON.parse(new Redactor(["vatId"]).body(JSON.stringify({ [member]: "plain" })))[member];

describe("names", () => {
  it.each(["password", "newpassword", "resetToken", "X-Csrf-Token", "cardNumber", "user_email", "firstname", "sessionid", "vatid", "vatId"])(
    "%s is masked",
    (name) => expect(redacted(name)).toBe("*****"),
  );

  it.each(["name", "state", "headphones", "company", "shipping", "tabs", "cubic", "inside"])("%s is kept", (name) =>
    expect(redacted(name)).toBe("plain"),
  );

  it("in addresses what merely holds a short one is kept", () => {
    expect(maskUrl("/a?company=plain&design=plain&userSid=plain&pin=plain&x-sig=plain")).toBe(
      "/a?company=plain&design=plain&userSid=*****&pin=*****&x-sig=*****",
    );
  });
});
