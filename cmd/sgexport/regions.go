package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// regions are those of AWS, to tell a region from a slip of the pen. Source: the
// partitions of the AWS SDKs, November 2026.
var regions = strings.Fields(`
af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1
eu-isoe-west-1 us-isof-east-1 us-isof-south-1 eusc-de-east-1`)

// allRegions stands for the regions that an account has enabled.
const allRegions = "all"

// parseRegions reads --region.
func (o *exportOptions) parseRegions(given []string) error {
	for _, r := range given {
		switch {
		case r == allRegions:
			o.everywhere = true
			continue
		case slices.Contains(o.regions, r):
			continue
		}
		if err := checkRegion(r, o.endpoint != ""); err != nil {
			return err
		}
		o.doubtRegion(r)
		o.regions = append(o.regions, r)
	}
	if o.everywhere && len(o.regions) > 0 {
		return usagef("--region all stands alone, not beside %s", strings.Join(o.regions, ", "))
	}
	return nil
}

// regionNames are the regions as they were asked for.
func (o *exportOptions) regionNames() []string {
	if o.everywhere {
		return []string{allRegions}
	}
	return o.regions
}

// homeRegion is where AWS is asked what there is, where no region is configured.
func (o *exportOptions) homeRegion() string {
	if len(o.roles) > 0 {
		return names.HomeRegion(partitionOfARN(o.roles[0]))
	}
	return names.HomeRegion("")
}

// doubtRegion notes that a region is not among those that there are.
func (o *exportOptions) doubtRegion(region string) {
	if !slices.Contains(regions, region) {
		o.doubts = append(o.doubts, fmt.Sprintf("%q is no region of AWS that this program knows%s", region, didYouMean(region, regions)))
	}
}

// checkRegion fails for a region that there is not. A region that is newer than
// this list is let through where the endpoint is given by the user.
func checkRegion(region string, endpointGiven bool) error {
	if slices.Contains(regions, region) || endpointGiven && region != "" {
		return nil
	}
	return usagef("there is no region %q%s (for a region newer than this program give --endpoint-url too)", region, didYouMean(region, append([]string{allRegions}, regions...)))
}

// where says what is read.
func (o *exportOptions) where() string {
	text := strings.Join(o.regions, ", ")
	if o.everywhere {
		text = "all enabled regions"
	}
	if o.accounts > 1 {
		text += " of " + snapshot.Counted(o.accounts, "account")
	}
	return text
}

// scopes is how many scopes are read; 0 is not known.
func (o *exportOptions) scopes() int { return len(o.regions) * max(o.accounts, 1) }
