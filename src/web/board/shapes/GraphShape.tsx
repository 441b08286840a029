/** A graph whose object names nodes and edges only: placed here, drawn as boxes and arrows. */
import { placedGraph } from "../../../../convex/contract/board/graphLayout.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { LineShape } from "./LineShape.tsx";
import { originOf } from "../../../../convex/contract/board/objectBox.ts";
import { objectPaint } from "./objectPaint.ts";
import { TextShape } from "./TextShape.tsx";

const LABEL_SIZE = 15;

export function GraphShape({ object }: { object: CanvasObject }) {
  const { x, y } = originOf(object);
  const { nodes, edges } = placedGraph(object.metadata?.["layoutSpec"]);
  const paint = objectPaint(object);
  return (
    <g transform={`translate(${x} ${y})`}>
      {edges.map(({ from, to }, i) => {
        const start = [from.x + from.width / 2, from.y + from.height];
        const end = [to.x + to.width / 2, to.y];
        const id = `${from.id}>${to.id}`;
        return (
          <LineShape
            key={i} // the same two may be joined twice
            object={{ id, kind: "arrow", x: 0, y: 0, points: [...start, ...end] }}
          />
        );
      })}
      {nodes.map((node) => (
        <g key={node.id}>
          <rect
            x={node.x}
            y={node.y}
            width={node.width}
            height={node.height}
            rx={8}
            style={paint}
          />
          <TextShape
            object={{
              id: node.id,
              kind: "text",
              x: node.x,
              y: node.y + (node.height - LABEL_SIZE * 1.35) / 2,
              width: node.width,
              fontSize: LABEL_SIZE,
              textAnchor: "middle",
              text: node.label,
            }}
          />
        </g>
      ))}
    </g>
  );
}
