import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutPassages } from "./cutPassages.ts";
import { block, layOut, paginate, type Block, type BlockKind } from "./formats/blocks.ts";
import { htmlBlocks } from "./formats/htmlBlocks.ts";
import { joinWrapped, wordsOf } from "./formats/joinWrapped.ts";
import { markdownBlocks } from "./formats/markdownBlocks.ts";
import { pdfBlocks } from "./formats/pdfBlocks.ts";
import { linesOf, type TextRun } from "./formats/pdfLines.ts";
import { plainTextBlocks } from "./formats/plainTextBlocks.ts";
import { fuseRanks } from "./fuseRanks.ts";
import { searchTerms } from "./searchTerms.ts";
import { splitSentences } from "./sentences.ts";

const shown = (blocks: Block[]) => blocks.map(({ kind, text }) => `${kind}: ${text}`);
const sentencesOf = (text: string) => splitSentences(text).map((sentence) => sentence.text);

describe("sentences", () => {
  it.each([
    ["One. Two! Three?", ["One.", "Two!", "Three?"]],
    [
      "It was Dr. Smith, i.e. Brian S. Everitt. He left.",
      ["It was Dr. Smith, i.e. Brian S. Everitt.", "He left."],
    ],
    ["Written in C. The rest is R.", ["Written in C.", "The rest is R."]],
    ["Use version 1.2.3 of it. Then go.", ["Use version 1.2.3 of it.", "Then go."]],
    ["He said “No.” Then he went.", ["He said “No.”", "Then he went."]],
    ["See e.g. the chapter etc. and more.", ["See e.g. the chapter etc. and more."]],
    ["no end", ["no end"]],
    ["", []],
  ])("[DO8] %j is cut where its sentences end", (text, expected) => {
    expect(sentencesOf(text)).toEqual(expected);
  });

  it("[DO8] sentences lie where they say and lose nothing but blanks", () => {
    const text = fc.array(fc.constantFrom("A", "b", ".", "!", " ", "\n", "1", "”", "e.g"), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.join("");
        const sentences = splitSentences(whole);
        for (const { text, start, end } of sentences) expect(whole.slice(start, end)).toBe(text);
        const bare = (s: string) => s.replace(/\s/gu, "");
        expect(bare(sentences.map(({ text }) => text).join(""))).toBe(bare(whole));
      }),
    );
  });
});

describe("wrapped lines", () => {
  it("[DO8] a word cut at a line's end is whole again; one with a hyphen of its own keeps it", () => {
    const known = new Set(wordsOf("a well-known computation"));
    expect(joinWrapped(["a well-", "known compu-", "tation of"], known)).toBe(
      "a well-known computation of",
    );
    expect(joinWrapped(["pages 3-", "4 and Smith-", "Jones"], known)).toBe(
      "pages 3- 4 and Smith- Jones",
    );
  });
});

/** Lines of a page as a PDF draws them: one run each, from the top. */
function pageOf(
  ...lines: { text: string; size?: number; y?: number; mono?: boolean; font?: string }[]
) {
  let y = 700;
  const runs = lines.map(({ text, size = 10, mono = false, font = "body", ...place }): TextRun => {
    y = place.y ?? y - 12;
    return { text, x: 72, y, width: text.length * 5, size, isMono: mono, font };
  });
  return linesOf(runs);
}

describe("a PDF", () => {
  const body = (text: string) => ({ text });
  it("[DO8] joins what belongs to one line and keeps columns apart", () => {
    const run = { y: 100, size: 10, isMono: false, font: "f" };
    const lines = linesOf([
      { ...run, text: "Half", x: 0, width: 20 },
      { ...run, text: "of", x: 24, width: 10 },
      { ...run, text: "x", x: 34.5, width: 5 },
      { ...run, text: "2", x: 40, y: 104, width: 3, size: 6 },
      { ...run, text: "next", x: 0, y: 88, width: 20 },
    ]);
    expect(lines.map(({ text }) => text)).toEqual(["Half ofx2", "next"]);
  });

  it("[DO8] running heads, feet and page numbers are no text", () => {
    const words = ["ships", "stars", "seeds", "stones", "songs", "storms"];
    const text = words.map((word) => [
      `Here is what there is to say about ${word} and`,
      "nothing else, for it is a page of its own that",
      `holds four lines and ends, as all pages of ${word}`,
      `do, with a full stop after ${word}.`,
    ]);
    const pages = text.map((lines, n) =>
      pageOf(
        {
          text:
            n % 2 === 0 ? `${String(n + 10)} A HANDBOOK` : `CHAPTER ${String(n)} ${String(n + 10)}`,
          y: 760,
        },
        ...lines.map((line, index) => ({ text: line, y: 700 - 12 * index })),
        { text: `– ${String(n + 10)} –`, y: 30 },
      ),
    );
    for (const [n, blocks] of pdfBlocks(pages).entries()) {
      expect(shown(blocks)).toEqual([`paragraph: ${text[n]?.join(" ") ?? ""}`]);
    }
  });

  it("[DO8] tells headings, code, tables of contents, captions and references from text", () => {
    const page = pageOf(
      { text: "1 Introduction", size: 16 },
      body("A sentence that is long enough to be the body of this page,"),
      body("and so it sets what everything else is compared with."),
      { text: "x <- sqrt(25)", y: 560, mono: true },
      { text: "y <- x + 2", y: 548, mono: true },
      { text: "Figure 1.1 A histogram of the profits.", y: 520 },
      { text: "References", size: 16, y: 490 },
      { text: "Smith, J. (2001), A Book, Publisher, New York.", y: 470 },
    );
    const contents = pageOf(
      ...Array.from({ length: 8 }, (_, n) => ({ text: `Chapter ${n} . . . . . . . . ${n * 7}` })),
    );
    const [blocks, toc] = pdfBlocks([page, contents]);
    expect(blocks?.map(({ kind }) => kind)).toEqual([
      "heading",
      "paragraph",
      "code",
      "caption",
      "heading",
      "references",
    ]);
    expect(toc?.every(({ kind }) => kind !== "paragraph")).toBe(true);
  });
});

it("[DO8] Markdown is read as it is meant", () => {
  const source = [
    "---\ntitle: x\n---",
    "# Title #",
    "Some **bold** and [linked](http://x) `code`,",
    "wrapped.",
    "",
    "Under",
    "-----",
    "- one",
    "- two *much*",
    "```js\nlet a = 1;\n\n# no heading\n```",
    "| a | b |\n|---|---|",
    "> quoted snake_case_name",
    "",
    "    indented()",
  ].join("\n");
  expect(shown(markdownBlocks(source))).toEqual([
    "heading: Title",
    "paragraph: Some bold and linked code, wrapped.",
    "heading: Under",
    "list: one",
    "list: two much",
    "code: let a = 1;\n\n# no heading",
    "table: | a | b |\n|---|---|",
    "paragraph: quoted snake_case_name",
    "code: indented()",
  ]);
});

it("[DO8] HTML is read as a reader sees it", () => {
  const source = `<html><head><title>x</title><style>p{}</style></head><body><nav>Menu</nav><main>
    <h1>Title <a href="#t">¶</a></h1><p>One &amp; two<br>lines</p>loose <b>text</b>
    <ul><li>item<p>inner</p></li></ul><pre>a
  b</pre><table><tr><th>h</th><td>1</td></tr></table><script>alert(1)</script></main><footer>©</footer>`;
  expect(shown(htmlBlocks(source))).toEqual([
    "heading: Title",
    "paragraph: One & two lines",
    "paragraph: loose text",
    "list: item",
    "list: inner",
    "code: a\n  b",
    "table: h | 1",
  ]);
});

it("[DO8] plain text has paragraphs, headings and lists by its look", () => {
  const source =
    "INTRODUCTION\n\nA para-\ngraph over\nlines.\n\nUsage\n=====\n\n* one\n* two\n  more\n\n    if (x) { y(); }\n    return z[1];\n";
  expect(shown(plainTextBlocks(source))).toEqual([
    "heading: INTRODUCTION",
    "paragraph: A paragraph over lines.",
    "heading: Usage",
    "list: one",
    "list: two more",
    "code: if (x) { y(); }\nreturn z[1];",
  ]);
});

describe("passages", () => {
  const kinds: BlockKind[] = ["heading", "paragraph", "list", "code", "table"];
  const anyBlock = fc
    .record({
      kind: fc.constantFrom(...kinds),
      words: fc.array(fc.constantFrom("alpha", "beta.", "Gamma", "delta!", "line\n"), {
        minLength: 1,
        maxLength: 400,
      }),
    })
    .map(({ kind, words }) => block(kind, words.join(" "), kind === "heading" ? 2 : 0));
  const anyPages = fc.array(
    fc.array(anyBlock, { maxLength: 5 }).map((blocks) => blocks.flat()),
    { maxLength: 5 },
  );

  it("[DO4] are ranges of their page, in order, not too long, and hold all of the text", () => {
    fc.assert(
      fc.property(anyPages, (pages) => {
        const cut = cutPassages(pages);
        for (const { page, start, end, text } of cut.passages) {
          const whole = cut.pages.find((one) => one.page === page)?.text;
          expect(whole?.slice(start, end)).toBe(text);
          expect(text.length).toBeLessThanOrEqual(1_000);
          expect(text.trim()).not.toBe("");
        }
        const places = cut.passages.map(({ page, start }) => page * 1e6 + start);
        expect([...places].sort((a, b) => a - b)).toEqual(places);
        const bare = (text: string) => text.replace(/\s/gu, "");
        const held = cut.passages.map(({ text }) => bare(text)).join("");
        const texts = pages.flat().filter(({ kind }) => kind !== "heading");
        expect(held).toBe(texts.map(({ text }) => bare(text)).join(""));
      }),
    );
  });

  it("[DO4] know the heading they stand under, also over pages, and never mix text with code", () => {
    const text = (words: string) => block("paragraph", words);
    const first = [
      ...block("heading", "One", 1),
      ...text("a b."),
      ...block("code", "x()"),
      ...text("c d."),
    ];
    const second = [...text("e f."), ...block("heading", "Two", 1)];
    const { passages } = cutPassages([first, second, text("g h.")]);
    expect(passages.map(({ heading, isProse, text }) => [heading, isProse, text])).toEqual([
      ["One", true, "a b."],
      ["One", false, "x()"],
      ["One", true, "c d."],
      ["One", true, "e f."],
      ["Two", true, "g h."],
    ]);
  });

  it("[DO4] sections of formats without pages lose nothing and are not much longer than wanted", () => {
    fc.assert(
      fc.property(anyPages, (pages) => {
        const blocks = pages.flat();
        const sections = paginate(blocks, 3_000);
        expect(sections.flat()).toEqual(blocks);
        for (const section of sections) expect(layOut(section).text.length).toBeLessThan(12_000);
      }),
    );
  });
});

describe("search", () => {
  it("[DO7] looks for the words that carry a question", () => {
    expect(searchTerms("Can you explain what the heap is?")).toBe("heap");
    expect(searchTerms("What is R?")).toBe("r");
    expect(searchTerms("what is this?")).toBe("");
    expect(
      searchTerms(
        Array(40)
          .fill("x")
          .map((x, n) => `${x}${n}`)
          .join(" "),
      ).split(" "),
    ).toHaveLength(16);
  });

  it("[DO7] what both rankings find comes before what only one finds", () => {
    const ranked = fuseRanks([
      ["a", "b", "c"],
      ["c", "d", "b"],
    ]);
    expect(ranked.map(({ passageId }) => passageId)).toEqual(["c", "b", "a", "d"]);
  });
});
