import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tinkerpop.gremlin.structure.Element;
import org.apache.tinkerpop.gremlin.structure.io.graphml.GraphMLReader;
import org.apache.tinkerpop.gremlin.tinkergraph.structure.TinkerGraph;
import org.jgrapht.Graph;
import org.jgrapht.graph.DirectedWeightedPseudograph;
import org.jgrapht.nio.Attribute;
import org.jgrapht.nio.graphml.GraphMLImporter;

/**
 * Reads a GraphML file as TinkerPop or JGraphT does and prints what it has of it, as
 * lines of tab-separated fields: nodes and edges, each with its values and their types.
 *
 *   java -cp 'lib/*' Readers.java tinkerpop|jgrapht|jgrapht-validating FILE OUT.tsv
 */
public class Readers {
    public static void main(String[] args) throws Exception {
        try (PrintWriter out = new PrintWriter(args[2], StandardCharsets.UTF_8)) {
            if (args[0].equals("tinkerpop")) {
                tinkerpop(args[1], out);
            } else {
                jgrapht(args[1], args[0].equals("jgrapht-validating"), out);
            }
        }
    }

    static void tinkerpop(String file, PrintWriter out) throws Exception {
        try (TinkerGraph graph = TinkerGraph.open(); InputStream in = new FileInputStream(file)) {
            GraphMLReader.build().create().readGraph(in, graph);
            graph.vertices().forEachRemaining(v -> {
                line(out, "node", v.id(), v.label());
                values(out, v);
            });
            graph.edges().forEachRemaining(e -> {
                line(out, "edge", e.id(), e.outVertex().id(), e.inVertex().id(), e.label());
                values(out, e);
            });
        }
    }

    static void values(PrintWriter out, Element element) {
        element.properties().forEachRemaining(p -> line(out, "value", p.key(), p.value().getClass().getSimpleName(), p.value()));
    }

    static void jgrapht(String file, boolean validating, PrintWriter out) {
        Graph<String, Object> graph = new DirectedWeightedPseudograph<>(null, Object::new);
        Map<String, Map<String, Attribute>> nodes = new TreeMap<>();
        Map<Object, Map<String, Attribute>> edges = new HashMap<>();
        GraphMLImporter<String, Object> importer = new GraphMLImporter<>();
        importer.setSchemaValidation(validating);
        importer.setVertexFactory(id -> id);
        importer.addVertexAttributeConsumer((p, a) -> nodes.computeIfAbsent(p.getFirst(), k -> new TreeMap<>()).put(p.getSecond(), a));
        importer.addEdgeAttributeConsumer((p, a) -> edges.computeIfAbsent(p.getFirst(), k -> new TreeMap<>()).put(p.getSecond(), a));
        importer.importGraph(graph, new File(file));
        for (String v : graph.vertexSet()) {
            line(out, "node", v);
            nodes.get(v).forEach((name, a) -> line(out, "value", name, a.getType(), a.getValue()));
        }
        for (Object e : graph.edgeSet()) {
            line(out, "edge", "", graph.getEdgeSource(e), graph.getEdgeTarget(e), graph.getEdgeWeight(e));
            edges.get(e).forEach((name, a) -> line(out, "value", name, a.getType(), a.getValue()));
        }
    }

    static void line(PrintWriter out, Object... fields) {
        for (int i = 0; i < fields.length; i++) {
            out.print((i == 0 ? "" : "\t") + String.valueOf(fields[i]).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r"));
        }
        out.print('\n');
    }
}
