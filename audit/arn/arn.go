// Package arn reads what the ids of a report say of where a resource is. Start reading at
// [Parse], then [Homes].
package arn

import (
	"slices"
	"strings"
)

// An ARN has the parts of one; all are empty where an id is none.
type ARN struct{ Partition, Service, Region, Account, Resource string }

// Parse takes an id apart.
func Parse(id string) ARN {
	p := strings.SplitN(id, ":", 6)
	if len(p) != 6 || p[0] != "arn" {
		return ARN{}
	}
	return ARN{p[1], p[2], p[3], p[4], p[5]}
}

// Kind is what the resource's name begins with, such as role or notebook-instance.
func (a ARN) Kind() string {
	kind, _, _ := strings.Cut(a.Resource, "/")
	kind, _, _ = strings.Cut(kind, ":")
	return kind
}

// PartitionOf is the partition that a region is of.
func PartitionOf(region string) string {
	for _, p := range [...]struct{ prefix, partition string }{
		{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"}, {"us-isof-", "aws-iso-f"}, {"eu-isoe-", "aws-iso-e"}, {"eusc-", "aws-eusc"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

// Homes are the accounts and regions that were read.
type Homes struct {
	regions map[string][]string // sorted, by account
	first   string              // account
}

// NewHomes returns those of scopes, each account/region; ok is false where there are
// none.
func NewHomes(scopes []string) (h *Homes, ok bool) {
	h = &Homes{regions: map[string][]string{}}
	for _, s := range slices.Sorted(slices.Values(scopes)) {
		account, region, _ := strings.Cut(s, "/")
		if region == "" || region == "global" {
			continue
		}
		h.regions[account] = append(h.regions[account], region)
		if h.first == "" {
			h.first = account
		}
	}
	return h, h.first != ""
}

// Of is the account and region of the first of some ids whose account was read: its
// own region where that was read too, else the first of the account. What names no
// account that was read, such as a bucket, is of the first account.
func (h *Homes) Of(ids ...string) (account, region string) {
	for _, id := range ids {
		a := Parse(id)
		switch regions := h.regions[a.Account]; {
		case slices.Contains(regions, a.Region):
			return a.Account, a.Region
		case len(regions) > 0:
			return a.Account, regions[0]
		}
	}
	return h.first, h.regions[h.first][0]
}
