import { describe, expect, it } from "vitest";

import { outcomeOf } from "../src/import";

describe("what the server said to an import", () => {
  it("is a session", () => {
    expect(outcomeOf({ status: 201, responseText: '{"session_id":"i_1"}' })).toEqual({ sessionId: "i_1", error: "" });
  });

  it("is a reason", () => {
    const refused = { status: 400, responseText: '{"error":"not_a_recording","detail":"line 1: not JSON","status":400}' };
    expect(outcomeOf(refused)).toEqual({ sessionId: null, error: "line 1: not JSON" });
  });

  it("may come from a proxy", () => {
    expect(outcomeOf({ status: 502, responseText: "<h1>Bad gateway</h1>" }).error).toBe("the server answered 502");
  });
});
