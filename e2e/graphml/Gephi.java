import java.awt.Color;
import java.io.File;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.DirectedGraph;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Element;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Node;
import org.gephi.graph.api.Table;
import org.gephi.io.exporter.api.ExportController;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.EdgeMergeStrategy;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.importer.api.Issue;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.layout.plugin.forceAtlas2.ForceAtlas2;
import org.gephi.layout.plugin.forceAtlas2.ForceAtlas2Builder;
import org.gephi.preview.api.PreviewController;
import org.gephi.preview.api.PreviewModel;
import org.gephi.preview.api.PreviewProperty;
import org.gephi.preview.types.DependantColor;
import org.gephi.preview.types.DependantOriginalColor;
import org.gephi.preview.types.EdgeColor;
import org.gephi.project.api.ProjectController;
import org.openide.util.Lookup;

/**
 * Opens a GraphML file as Gephi does and prints what Gephi has of it, as lines of
 * tab-separated fields: issues, columns, nodes and edges.
 *
 *   java -cp gephi-toolkit.jar Gephi.java FILE OUT.tsv
 *   java -cp gephi-toolkit.jar Gephi.java FILE OUT.pdf STEPS
 *
 * The second form draws it instead, after so many steps of ForceAtlas 2 from the
 * places that the file gives, with the caption of the largest node of each family.
 */
public class Gephi {
    public static void main(String[] args) throws Exception {
        Lookup.getDefault().lookup(ProjectController.class).newProject();
        ImportController importer = Lookup.getDefault().lookup(ImportController.class);
        Container container = importer.importFile(new File(args[0]));
        container.getLoader().setEdgesMergeStrategy(EdgeMergeStrategy.NO_MERGE);
        // The report is empty after the graph has been processed.
        List<Issue> issues = List.copyOf(container.getReport().getIssuesList(Integer.MAX_VALUE));
        importer.process(container, new DefaultProcessor(), Lookup.getDefault().lookup(ProjectController.class).getCurrentWorkspace());
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel();
        if (args[1].endsWith(".pdf")) {
            draw(model, new File(args[1]), Integer.parseInt(args[2]));
        } else {
            print(model, issues, args[1]);
        }
        System.exit(0); // Gephi's threads would keep it going
    }

    static void print(GraphModel model, List<Issue> issues, String path) throws Exception {
        try (PrintWriter out = new PrintWriter(path, StandardCharsets.UTF_8)) {
            for (Issue i : issues) {
                line(out, "issue", i.getLevel(), i.getMessage());
            }
            DirectedGraph graph = model.getDirectedGraph();
            columns(out, "node", model.getNodeTable());
            columns(out, "edge", model.getEdgeTable());
            for (Node n : graph.getNodes()) {
                line(out, "node", n.getId(), n.getLabel(), color(n.getColor()), n.size(), n.x(), n.y());
                attributes(out, n, model.getNodeTable());
            }
            for (Edge e : graph.getEdges()) {
                line(out, "edge", e.getId(), e.getSource().getId(), e.getTarget().getId(), e.getTypeLabel(), e.getLabel(), e.getWeight(), e.alpha() == 0 ? "" : color(e.getColor()));
                attributes(out, e, model.getEdgeTable());
            }
        }
    }

    static void columns(PrintWriter out, String kind, Table table) {
        for (Column c : table) {
            line(out, kind + " column", c.getTitle(), c.getTypeClass().getSimpleName());
        }
    }

    static void attributes(PrintWriter out, Element element, Table table) {
        for (Column c : table) {
            Object value = c.isProperty() ? null : element.getAttribute(c);
            if (value != null) {
                line(out, "value", c.getTitle(), value);
            }
        }
    }

    static String color(Color c) {
        return String.format("#%06x", c.getRGB() & 0xffffff);
    }

    static void line(PrintWriter out, Object... fields) {
        for (int i = 0; i < fields.length; i++) {
            out.print((i == 0 ? "" : "\t") + String.valueOf(fields[i]).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r"));
        }
        out.print('\n');
    }

    static void draw(GraphModel model, File file, int steps) throws Exception {
        DirectedGraph graph = model.getDirectedGraph();
        if (steps > 0) {
            forceAtlas(model, steps);
        }
        label(graph);
        for (Edge e : graph.getEdges()) {
            if (e.alpha() == 0) {
                e.setColor(e.getSource().getColor()); // as Gephi's overview shows what has no colour of its own
            }
        }
        PreviewController preview = Lookup.getDefault().lookup(PreviewController.class);
        PreviewModel p = preview.getModel();
        p.getProperties().putValue(PreviewProperty.SHOW_NODE_LABELS, true);
        p.getProperties().putValue(PreviewProperty.NODE_LABEL_PROPORTIONAL_SIZE, false);
        p.getProperties().putValue(PreviewProperty.NODE_LABEL_FONT, new java.awt.Font("SansSerif", java.awt.Font.BOLD, 105));
        p.getProperties().putValue(PreviewProperty.NODE_LABEL_OUTLINE_SIZE, 6f);
        p.getProperties().putValue(PreviewProperty.NODE_LABEL_OUTLINE_COLOR, new DependantColor(Color.WHITE));
        p.getProperties().putValue(PreviewProperty.NODE_LABEL_OUTLINE_OPACITY, 85f);
        p.getProperties().putValue(PreviewProperty.NODE_BORDER_WIDTH, 0.5f);
        p.getProperties().putValue(PreviewProperty.EDGE_COLOR, new EdgeColor(EdgeColor.Mode.ORIGINAL));
        p.getProperties().putValue(PreviewProperty.EDGE_OPACITY, 22f);
        p.getProperties().putValue(PreviewProperty.EDGE_THICKNESS, 2f);
        p.getProperties().putValue(PreviewProperty.EDGE_RESCALE_WEIGHT, false);
        p.getProperties().putValue(PreviewProperty.EDGE_CURVED, false);
        p.getProperties().putValue(PreviewProperty.ARROW_SIZE, 0f);
        Lookup.getDefault().lookup(ExportController.class).exportFile(file);
    }

    static void forceAtlas(GraphModel model, int steps) {
        ForceAtlas2 layout = new ForceAtlas2Builder().buildLayout();
        layout.setGraphModel(model);
        layout.resetPropertiesValues();
        layout.setEdgeWeightInfluence(1.0);
        layout.setAdjustSizes(true);
        layout.setBarnesHutOptimize(true);
        layout.setThreadsCount(1);
        layout.initAlgo();
        for (int i = 0; i < steps && layout.canAlgo(); i++) {
            layout.goAlgo();
        }
        layout.endAlgo();
    }

    /** Leaves a caption to the node of each family that is the largest, of several the one with the most edges. */
    static void label(DirectedGraph graph) {
        Comparator<Node> matters = Comparator.comparingDouble(Node::size).thenComparing(graph::getDegree).thenComparing(n -> (String) n.getId());
        Map<Object, Node> first = new HashMap<>();
        for (Node n : graph.getNodes()) {
            first.merge(String.valueOf(n.getAttribute("n_family")), n, BinaryOperator.maxBy(matters));
        }
        for (Node n : graph.getNodes()) {
            if (first.get(String.valueOf(n.getAttribute("n_family"))) != n) {
                n.setLabel("");
            }
        }
    }
}
