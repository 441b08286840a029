import { describe, expect, it } from "vitest";

import type { CanvasObject } from "../boardOps.ts";
import { gainInsights } from "./boardInsights.ts";
import { summarizeBoard } from "./boardSummary.ts";
import { compressObjects } from "./compressObjects.ts";
import { digestInsights } from "./insightDigest.ts";
import { findObjects, meets, pickFields } from "./findObjects.ts";
import { LayoutAllocator } from "./layoutAllocator.ts";
import { boxOfZone, findZone } from "./layoutTemplates.ts";
import { deleteGroup, groupObjects, inOneUnit, moveGroup } from "./objectGroups.ts";

const object = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  ...{ id, kind: "rect", x: 0, y: 0, width: 100, height: 100 },
  ...more,
});
const boardOf = (...objects: CanvasObject[]) => ({
  objects: new Map(objects.map((one) => [one.id, one])),
});

describe("the summary of a board", () => {
  it("[BV4] counts kinds and owners, and tells where questions and concepts lie", () => {
    const tag = { role: "question_tag", source: "user" as const };
    const force = { concept: "force", source: "assistant" as const };
    const summary = summarizeBoard(
      [
        object("a", { metadata: force }),
        object("b", { kind: "circle", x: 200, y: 50, radius: 10, width: 20, metadata: force }),
        object("q", { kind: "question_tag", x: 7, y: 8, metadata: tag }),
        object("n"),
      ],
      [],
    );
    expect(summary.countsByKind).toEqual({ rect: 2, circle: 1, question_tag: 1 });
    expect(summary.countsByOwner).toEqual({ assistant: 2, user: 1, unknown: 1 });
    expect(summary.questionTags).toEqual([{ id: "q", x: 7, y: 8, metadata: tag }]);
    expect(summary.conceptClusters).toEqual([
      { concept: "force", box: { x: 0, y: 0, width: 220, height: 100 }, count: 2 },
    ]);
  });

  it("[BV4] tells of highlights, of tags and of the pointer that ends last", () => {
    const ping = (id: string, x: number, expiresAt: number) =>
      object(id, { kind: "pointer_ping", x, metadata: { expiresAt } });
    const marks = [
      object("h", { kind: "highlight_stroke" }),
      object("t", { kind: "question_tag", metadata: { linkedObjectId: "a" } }),
      object("u", { kind: "question_tag" }),
      ...[ping("p1", 1, 20), ping("p2", 2, 30), ping("p3", 3, 10)],
    ];
    expect(summarizeBoard([], marks).marks).toEqual({
      highlights: 1,
      questionTags: [
        { id: "t", linkedObjectId: "a" },
        { id: "u", linkedObjectId: null },
      ],
      recentPointer: { x: 2, y: 0, metadata: { expiresAt: 30 } },
    });
    expect(summarizeBoard([], []).marks.recentPointer).toBeNull();
  });
});

describe("finding objects", () => {
  const board = boardOf(
    object("near", { text: "Photosynthèse", metadata: { role: "label" }, style: { fill: "red" } }),
    object("far", { x: 150, y: 150, width: 50, height: 50, metadata: { role: "label" } }),
    object("percent", { xPct: 0.5, yPct: 0.5, widthPct: 0.1, heightPct: 0.1, metadata: null }),
  );
  const found = (query: Parameters<typeof findObjects>[1]) =>
    findObjects(board, query).map(({ id }) => id);

  it("[BV5] goes by metadata, plain or by path, and by one level into a field", () => {
    expect(found({})).toEqual(["near", "far", "percent"]);
    expect(found({ metadata: { role: "label" } })).toEqual(["near", "far"]);
    expect(found({ metadata: { "meta.role": "label", "style.fill": "red" } })).toEqual(["near"]);
    expect(found({ metadata: { "text.fill": "red" } })).toEqual([]);
  });

  it("[BV5] goes by place, half-open, in percent too, and joins the filters", () => {
    expect(found({ within: { x: 150, y: 0, width: 10, height: 160 } })).toEqual(["far"]);
    expect(found({ within: { x: 0, y: 0, width: 200, height: 200 } })).toEqual(["near", "far"]);
    expect(found({ within: { x: 100, y: 100, width: 50, height: 50 } })).toEqual([]);
    expect(found({ within: { x: 850, y: 550, width: 0, height: 0 } })).toEqual(["percent"]);
    const all = { x: 0, y: 0, width: 900, height: 900 };
    expect(found({ within: all, metadata: { role: "label" }, text: "photo" })).toEqual(["near"]);
    const [point, box] = [
      { x: 5, y: 5, width: 0, height: 0 },
      { x: 5, y: 5, width: 1, height: 1 },
    ];
    expect(meets(point, box) && meets(box, point)).toBe(true);
  });

  it("[BV5] tells objects side by side apart", () => {
    const [left, right] = [object("left"), object("right", { x: 150, width: 50 })];
    const side = boardOf(left, right);
    expect(findObjects(side, { within: { x: 150, y: 0, width: 10, height: 10 } })).toEqual([right]);
    expect(findObjects(side, { within: { x: 0, y: 0, width: 200, height: 200 } })).toHaveLength(2);
  });

  it("[BV5] goes by words, whatever their case and accents", () => {
    expect(found({ text: "PHOTOSYNTHESE" })).toEqual(["near"]);
    expect(found({ text: "photo mitosis" })).toEqual([]);
  });

  it("[BV5] gives the fields asked for, and always the id", () => {
    expect(pickFields(object("a"), ["x", "nothing"])).toEqual({ id: "a", x: 0 });
  });
});

describe("compressing objects", () => {
  const objects = [
    { id: "a", metadata: { semantic_tags: ["t"], bbox: [1, 2, 3, 4], color: "red" } },
    { metadata: { semantic_tags: ["lost"] } },
    { id: "b", metadata: null },
    { id: "c", metadata: { semantic_tags: [], bbox: [1, 2] } },
  ];

  it("[BV6] keeps id, tags and a whole box, and drops what has no id", () => {
    const { kept, omitted } = compressObjects(objects);
    expect(kept).toEqual([{ id: "a", tags: ["t"], bbox: [1, 2, 3, 4] }, { id: "b" }, { id: "c" }]);
    expect(omitted).toBe(0);
    expect(compressObjects([])).toEqual({ kept: [], omitted: 0 });
  });

  it("[BV6] stays within its bound and counts what did not fit", () => {
    const { kept: whole } = compressObjects(objects);
    const { length } = JSON.stringify(whole);
    for (let max = 2; max <= length; max++) {
      const { kept, omitted } = compressObjects(objects, max);
      expect(JSON.stringify(kept).length).toBeLessThanOrEqual(max);
      expect(kept.length + omitted).toBe(3);
    }
    expect(compressObjects(objects, length)).toEqual({ kept: whole, omitted: 0 });
    expect(compressObjects(objects, length - 1).omitted).toBe(1);
  });
});

describe("groups", () => {
  const board = boardOf(
    object("a", { groupId: "g", x: 10, y: 20 }),
    object("b", { metadata: { groupId: "g" }, xPct: 0.5, yPct: 0.5 }),
    object("c", { kind: "line", groupId: "g", x: 5, y: 5, points: [-9, -9, 9, 9] }),
    object("d"),
  );

  it("[BV7] are moved by fractions of the board and deleted as a whole", () => {
    expect(moveGroup("g", { dxPct: 0.1, dyPct: -0.01 }, board)).toEqual(
      [
        ["a", 170, 10],
        ["b", 960, 490],
        ["c", 165, -5],
      ].map(([objectId, x, y]) => ({
        type: "update",
        objectId,
        changes: { x, y, xPct: null, yPct: null },
      })),
    );
    expect(deleteGroup("g", board).map((op) => op.type === "delete" && op.objectId)).toEqual([
      ...["a", "b", "c"],
    ]);
  });

  it("[BV7] are made of what is there, and no other group is", () => {
    expect(groupObjects(["d"], "h", board)).toEqual([
      { type: "update", objectId: "d", changes: { groupId: "h" } },
    ]);
    expect(() => groupObjects(["nothing"], "h", board)).toThrow(/no object/);
    expect(() => deleteGroup("nothing", board)).toThrow(/no group/);
  });

  it("[BV7] a place set in one unit removes the other", () => {
    expect(inOneUnit({ x: 5, widthPct: 0.2, y: null, fill: "red" })).toEqual({
      ...{ x: 5, xPct: null, y: null, widthPct: 0.2, width: null, fill: "red" },
    });
  });
});

describe("layout templates", () => {
  it.each([
    ["default_board", "question_area", 0.05, 0.05, 0.9, 0.2],
    ["default_board", "options_area", 0.05, 0.3, 0.9, 0.4],
    ["default_board", "explanation_area", 0.05, 0.75, 0.9, 0.2],
    ["default_board", "side_panel_top", 0.75, 0.05, 0.2, 0.4],
    ["default_board", "side_panel_bottom", 0.75, 0.5, 0.2, 0.45],
    ["default_board", "center_large", 0.2, 0.2, 0.6, 0.6],
    ["default_board", "full_width_top_banner", 0, 0, 1, 0.1],
    ["default_board", "full_width_bottom_banner", 0, 0.9, 1, 0.1],
    ["default_board", "alt_question_spot", 0.05, 0.7, 0.4, 0.25],
    ["two_column_equal", "left_column", 0.02, 0.02, 0.47, 0.96],
    ["two_column_equal", "right_column", 0.51, 0.02, 0.47, 0.96],
  ])("[BV8] %s has its %s where old clients have it", (template, name, ...place) => {
    const [xPct, yPct, widthPct, heightPct] = place;
    expect(findZone(template, name)).toEqual({ xPct, yPct, widthPct, heightPct });
  });

  it("[BV8] give a zone by name, in fractions and in pixels, and nothing for an unknown name", () => {
    const zone = findZone("default_board", "question_area");
    expect(zone).toEqual({ xPct: 0.05, yPct: 0.05, widthPct: 0.9, heightPct: 0.2 });
    expect(boxOfZone(zone!)).toEqual({ x: 80, y: 50, width: 1440, height: 200 });
    expect(findZone("default_board", "nowhere") ?? findZone("constructor", "x")).toBeUndefined();
    expect(Object.isFrozen(zone)).toBe(true);
  });
});

describe("the allocator of regions", () => {
  const corner = (region: { x: number; y: number } | undefined) => region && [region.x, region.y];
  const size = (width: number, height: number) => ({ width, height });

  it("[BV9] fills the grid in reading order, in whole cells, at least one", () => {
    const allocator = new LayoutAllocator();
    const sizes = [size(1, 1), size(221, 141), size(0, 0), size(-5, -5)];
    const regions = sizes.map((one) => allocator.reserve(one)!);
    expect(regions.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 220, 140],
      [220, 0, 440, 280],
      [660, 0, 220, 140],
      [0, 140, 220, 140],
    ]);
    expect(allocator.reserve(size(5 * 140 + 4 * 80, 60))).toBeUndefined(); // five steps: wider than the grid
  });

  it("[BV9] has room for six questions with four options, and for more when one is released", () => {
    const allocator = new LayoutAllocator();
    const question = size(700, 120 + 4 * 40);
    const regions = Array.from({ length: 6 }, () => allocator.reserve(question)!);
    expect(regions.map(({ y }) => y)).toEqual([0, 280, 560, 840, 1120, 1400]);
    expect(allocator.reserve(question)).toBeUndefined();
    allocator.release("nothing"); // which is none of its regions
    allocator.release(regions[2]!.regionId);
    const again = allocator.reserve(question)!;
    expect(again.y).toBe(560);
    expect(again.regionId).not.toBe(regions[2]!.regionId);
  });

  it("[BV9] finds room right of something and below it, or none", () => {
    const anchor = { x: 0, y: 0, width: 440, height: 140 };
    const allocator = new LayoutAllocator();
    const beside = (placement: "right-of" | "below") =>
      corner(allocator.reserve(size(100, 100), { strategy: "anchor", anchor, placement }));
    expect([beside("right-of"), beside("right-of")]).toEqual([[440, 0], undefined]);
    expect([beside("below"), beside("below"), beside("below")]).toEqual([
      [0, 140],
      [220, 140],
      undefined,
    ]);
  });

  it("[BV9] keeps within its grid, and off what is on the board", () => {
    const grid = { columns: 8, rows: 6, cellWidth: 100, cellHeight: 50 };
    const place = (box: number[], placement: "right-of" | "below") => {
      const [x = 0, y = 0, width = 0, height = 0] = box;
      const anchor = { x, y, width, height };
      const where = { strategy: "anchor" as const, anchor, placement };
      return corner(new LayoutAllocator(grid).reserve(size(100, 50), where));
    };
    expect(place([0, 0, 200, 50], "right-of")).toEqual([200, 0]);
    expect(place([0, 0, 100, 100], "below")).toEqual([0, 100]);
    expect(place([700, 0, 100, 50], "right-of")).toBeUndefined();
    expect(place([0, 250, 100, 50], "below")).toBeUndefined();
    expect(place([-200, 0, 100, 50], "right-of")).toBeUndefined();
    expect(place([0, 0, 0, 50], "below")).toBeUndefined();
    const taken = new LayoutAllocator(grid, [{ x: 50, y: 0, width: 100, height: 20 }]);
    expect(corner(taken.reserve(size(100, 50)))).toEqual([200, 0]);
  });
});

describe("insights", () => {
  it("[BV10] tell per person and per concept how much was drawn, of what, and when", () => {
    const by = (authorId: string, concept: string | undefined, drawnAt: number) => ({
      metadata: { source: "user" as const, authorId, drawnAt, ...(concept ? { concept } : {}) },
    });
    const insights = gainInsights(
      [
        object("a", by("ada", "force", 1_050)),
        object("b", { ...by("ada", undefined, 1_500), kind: "text" }),
        object("c", by("ada", "mass", 3_100)),
        object("d", by("bob", "force", 2_000)),
        object("e", { metadata: { source: "assistant", concept: "force", drawnAt: 5_000 } }),
        object("f"),
      ],
      1_000,
    );
    expect(insights.people).toEqual([
      {
        ...{ authorId: "ada", objects: 3, firstAt: 1_050, lastAt: 3_100 },
        spans: [
          { startAt: 1_000, count: 2 },
          { startAt: 3_000, count: 1 },
        ],
        countsByKind: { rect: 2, text: 1 },
        countsByConcept: { force: 1, mass: 1 },
      },
      expect.objectContaining({ authorId: "bob", objects: 1 }),
    ]);
    expect(insights.concepts[0]).toMatchObject({
      ...{ concept: "force", objects: 3, firstAt: 1_050, lastAt: 5_000, byTutor: 1 },
      countsByPerson: { ada: 1, bob: 1 },
    });
    expect(gainInsights([object("x", { metadata: { authorId: "cy" } })], 1_000).people).toEqual([
      expect.objectContaining({ authorId: "cy", firstAt: undefined, spans: [] }),
    ]);
  });
});

it("[BV15] insights that are kept name the busiest and no more than their bounds", () => {
  const drawn = Array.from({ length: 120 }, (_, person) =>
    Array.from({ length: person === 77 ? 30 : 1 }, (_, i) =>
      object(`${person}-${i}`, {
        metadata: {
          ...{ authorId: `p${person}`, concept: `${"long ".repeat(50)}${person % 40}` },
          drawnAt: (person + i) * 300_000,
        },
      }),
    ),
  ).flat();
  const tutors = object("t", { kind: "text", metadata: { source: "assistant" } });
  const pinned = object("q", { kind: "question_tag", metadata: { role: "question_tag" } });
  const digest = digestInsights([...drawn, tutors, pinned]);
  expect(digest).toMatchObject({ objects: 151, byTutor: 1, questionIds: ["q"] });
  expect(digest.people).toHaveLength(50);
  expect(digest.people[0]).toMatchObject({
    ...{ authorId: "p77", objects: 30, kinds: [{ kind: "rect", count: 30 }] },
  });
  expect(digest.people[0]?.spans).toHaveLength(24);
  expect(digest.people[0]?.spans.at(-1)).toEqual({ startAt: 106 * 300_000, count: 1 });
  expect(digest.concepts).toHaveLength(12);
  expect(digest.concepts[0]?.people[0]).toEqual({ authorId: "p77", count: 30 });
  expect(Math.max(...digest.concepts.map(({ concept }) => concept.length))).toBe(100);
});
