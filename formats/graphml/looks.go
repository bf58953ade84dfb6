package graphml

import (
	"crypto/sha256"
	"math"
	"strconv"

	"github.com/sgexport/sgexport/graph"
)

// How a node looks before anything is laid out or painted: Gephi takes r, g, b,
// size, x and y from nodes, and r, g, b and weight from edges.

// A familyLook is the colour of a family and where it is.
type familyLook struct {
	name  string
	color uint32 // 0xRRGGBB
}

// Two rings of families, each in its order round the ring: what everything hangs
// on is inside, the rest outside, about as work goes from data to what is watched.
//
// The colours are those of Green-Armytage's colour alphabet: 26 that stay apart
// (A Colour Alphabet and the Limits of Colour Coding, 2010). A family has its
// colour by its name, so that it is the same in each snapshot.
func innerRing() []familyLook {
	return []familyLook{
		{"Organizations", 0x191919},
		{"IAM", 0x8F7C00},
		{"Networks", 0x4C005C},
		{"Other services", 0x808080},
		{"Keys and secrets", 0x990000},
		{"Containers", 0xFFCC99},
		{"Code", 0xF0A3FF},
		{"Storage", 0x94FFB5},
	}
}

func outerRing() []familyLook {
	return []familyLook{
		{"Ground Truth", 0x993F00},
		{"Feature store", 0x9DCC00},
		{"Notebooks and Studio", 0x003380},
		{"Experiments and lineage", 0xC20088},
		{"Jobs", 0xFF0010},
		{"Tuning and AutoML", 0xFFA405},
		{"Capacity and HyperPod", 0xFFA8BB},
		{"Pipelines", 0x740AFF},
		{"Registry and hubs", 0x2BCE48},
		{"Inference", 0x0075DC},
		{"Monitoring", 0x00998F},
		{"Edge devices", 0x005C31},
	}
}

// unknownFamily is for one that neither ring has.
const unknownFamily = 0xC0C0C0

// Sizes of nodes. Degrees are not known while nodes are written, so a node is as
// large as its kind is likely to matter; what only something else names is small.
const (
	large  = "24"
	medium = "16"
	usual  = "10"
	small  = "6"
	stub   = "4"
)

func sizeOf(label string) string {
	switch label {
	case "AWSAccount", "AWSSageMakerDomain", "AWSSageMakerEndpoint", "AWSSageMakerPipeline", "AWSSageMakerCluster":
		return large
	case "AWSSageMakerModel", "AWSSageMakerModelPackageGroup", "AWSSageMakerFeatureGroup", "AWSSageMakerNotebookInstance",
		"AWSS3Bucket", "AWSRole", "AWSVpc", "AWSLambda":
		return medium
	case "AWSSageMakerFeatureMetadata", "AWSSageMakerPipelineExecutionStep", "AWSSageMakerPipelineStep", "AWSSageMakerMonitoringExecution",
		"AWSPolicyStatement", "AWSPolicyVersion", "AWSInlinePolicy", "AWSECRRepositoryImage":
		return small
	}
	return usual
}

// An edgeLook is how edges of a type look.
type edgeLook struct {
	color  uint32 // 0 is none of its own: that of its ends
	weight string // how much it pulls, and how thick it is
	guess  bool
}

// A guess looks like one, whichever type it has.
func guessed() edgeLook { return edgeLook{0xA0A0A0, "0.2", true} }

// edgeLookOf says that each resource hangs on its account, which tells nothing
// and pulls all to one point; and that CALLED_BY is a guess.
func edgeLookOf(typ string) edgeLook {
	switch typ {
	case "RESOURCE":
		return edgeLook{0xE0E0E0, "0.02", false}
	case "CALLED_BY":
		return guessed()
	}
	return edgeLook{0, "1.0", false}
}

func rgb(prefix string, c uint32) string {
	part := func(name string, v uint32) string {
		return dataStart(prefix+name) + strconv.Itoa(int(v&0xff)) + dataEnd
	}
	return part("r", c>>16) + part("g", c>>8) + part("b", c)
}

// Radii of the start layout, in Gephi's units.
const (
	innerRadius  = 900
	outerRadius  = 2200
	familyRadius = 230 // of the labels of a family about its middle
	labelRadius  = 150 // of the nodes of a label about that
)

// A point is a place of the start layout.
type point struct{ x, y int }

// A layout places nodes by what does not change: their family, their label and
// the hash of their id. It has no memory of what is placed.
type layout struct {
	turn  [256]point // of radius 1<<12
	reach [256]int   // as many steps from the middle as leave a disc evenly filled, in 1<<12
	looks map[string]familyLook
	at    map[string]point
}

func newLayout() *layout {
	l := &layout{looks: map[string]familyLook{}, at: map[string]point{}}
	for i := range l.turn {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 256)
		l.turn[i] = point{int(math.Round(cos * (1 << 12))), int(math.Round(sin * (1 << 12)))}
		l.reach[i] = int(math.Round(math.Sqrt((float64(i)+0.5)/256) * (1 << 12)))
	}
	for radius, ring := range map[int][]familyLook{innerRadius: innerRing(), outerRadius: outerRing()} {
		for i, f := range ring {
			l.looks[f.name] = f
			l.at[f.name] = l.on(radius, byte(i*256/len(ring)))
		}
	}
	return l
}

// on returns the point of a circle that a byte chooses.
func (l *layout) on(radius int, angle byte) point {
	t := l.turn[angle]
	return point{t.x * radius >> 12, t.y * radius >> 12}
}

// in returns the point of a disc that two bytes choose.
func (l *layout) in(radius int, angle, reach byte) point {
	return l.on(radius*l.reach[reach]>>12, angle)
}

// label returns the colour of a label and the middle of its nodes.
func (l *layout) label(label *graph.Label) (color uint32, middle point) {
	color, middle = unknownFamily, point{}
	f, ok := l.looks[label.Family]
	if ok {
		color, middle = f.color, l.at[label.Family]
	} else {
		sum := sha256.Sum256([]byte(label.Family))
		middle = l.on(outerRadius+2*(familyRadius+labelRadius), sum[0])
	}
	sum := sha256.Sum256([]byte(label.Name))
	return color, middle.plus(l.in(familyRadius, sum[0], sum[1]))
}

// node returns where the node with the hash is.
func (l *layout) node(middle point, sum *[16]byte) point {
	return middle.plus(l.in(labelRadius, sum[0], sum[1]))
}

func (p point) plus(q point) point { return point{p.x + q.x, p.y + q.y} }
