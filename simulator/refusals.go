package simulator

import "net/http"

// A Like is an error that each service has a code and a status of its own for.
type Like int

// The errors that services have in their own words.
const (
	LikeDenied    Like = iota + 1 // the caller may not
	LikeExpired                   // the credentials are no longer good
	LikeRefused                   // there are no such credentials
	LikeThrottled                 // too many calls
	LikeUnknown                   // there is no such operation
	LikeBadToken                  // the token of a page has expired
)

// like is an error in the words of the service.
func (v *service) like(l Like, operation string) *apiError {
	switch l {
	case LikeDenied:
		return v.denied(operation)
	case LikeExpired:
		return v.expired()
	case LikeRefused:
		return v.refused()
	case LikeThrottled:
		return v.throttled()
	case LikeBadToken:
		return v.badToken()
	}
	return v.unknown(operation)
}

// denied is the error about an operation that the caller may not call.
func (v *service) denied(operation string) *apiError {
	message := "User: arn:aws:sts::012345678901:assumed-role/InventoryReader/sgexport is not authorized to perform: " + v.action(operation)
	switch v.protocol.(type) {
	case query:
		return &apiError{code: "AccessDenied", message: message, status: http.StatusForbidden}
	case ec2Query:
		return &apiError{code: "UnauthorizedOperation", message: "You are not authorized to perform this operation.", status: http.StatusForbidden}
	case restXML:
		return &apiError{code: "AccessDenied", message: "Access Denied", status: http.StatusForbidden}
	case restJSON:
		return &apiError{code: "AccessDeniedException", message: message, status: http.StatusForbidden}
	}
	return &apiError{code: "AccessDeniedException", message: message}
}

// throttled is the error about too many calls.
func (v *service) throttled() *apiError {
	switch v.protocol.(type) {
	case query:
		return &apiError{code: "Throttling", message: "Rate exceeded"}
	case ec2Query:
		return &apiError{code: "RequestLimitExceeded", message: "Request limit exceeded.", status: http.StatusServiceUnavailable}
	case restXML:
		return &apiError{code: "SlowDown", message: "Please reduce your request rate.", status: http.StatusServiceUnavailable}
	}
	switch v.prefix {
	case "organizations":
		return &apiError{code: "TooManyRequestsException", message: "Rate exceeded"}
	case "lambda":
		return &apiError{code: "TooManyRequestsException", message: "Rate exceeded", status: http.StatusTooManyRequests}
	}
	return &apiError{code: "ThrottlingException", message: "Rate exceeded"}
}

// badToken is the error about a token of a page that is no longer good.
func (v *service) badToken() *apiError {
	codes := map[string]string{
		"tag": "PaginationTokenExpiredException", "iam": "ValidationError", "ec2": "InvalidNextToken", "kms": "InvalidMarkerException",
		"ecr": "InvalidParameterException", "organizations": "InvalidInputException", "ram": "InvalidNextTokenException", "lambda": "InvalidParameterValueException",
	}
	if code := codes[v.prefix]; code != "" {
		return &apiError{code: code, message: "The token of the page has expired."}
	}
	return invalid("Invalid NextToken. The token is not of this listing or has expired.")
}

// unknown is the error about an operation that the service does not have.
func (v *service) unknown(operation string) *apiError {
	switch v.protocol.(type) {
	case query:
		return &apiError{code: "InvalidAction", message: "Could not find operation " + operation + " for version " + v.version}
	case ec2Query:
		return &apiError{code: "InvalidAction", message: "The action " + operation + " is not valid for this web service."}
	case restXML:
		return &apiError{code: "NotImplemented", message: "A header you provided implies functionality that is not implemented", status: http.StatusNotImplemented}
	}
	return &apiError{code: "UnknownOperationException"}
}

// unsigned is the error about a request without a signature.
func (v *service) unsigned() *apiError {
	switch v.protocol.(type) {
	case query:
		return &apiError{code: "MissingAuthenticationToken", message: "Request is missing Authentication Token", status: http.StatusForbidden}
	case ec2Query:
		return &apiError{code: "AuthFailure", message: "AWS was not able to validate the provided access credentials", status: http.StatusUnauthorized}
	case restXML:
		return &apiError{code: "AccessDenied", message: "Access Denied", status: http.StatusForbidden}
	}
	return &apiError{code: "MissingAuthenticationTokenException", message: "Missing Authentication Token", status: http.StatusForbidden}
}

// refused is the error about credentials that there are not.
func (v *service) refused() *apiError {
	const message = "The security token included in the request is invalid."
	switch v.protocol.(type) {
	case query:
		return &apiError{code: "InvalidClientTokenId", message: message, status: http.StatusForbidden}
	case ec2Query:
		return &apiError{code: "AuthFailure", message: "AWS was not able to validate the provided access credentials", status: http.StatusUnauthorized}
	case restXML:
		return &apiError{code: "InvalidAccessKeyId", message: "The AWS Access Key Id you provided does not exist in our records.", status: http.StatusForbidden}
	}
	return &apiError{code: "UnrecognizedClientException", message: message, status: http.StatusBadRequest}
}

// expired is the error about credentials that are no longer good.
func (v *service) expired() *apiError {
	const message = "The security token included in the request is expired"
	switch v.protocol.(type) {
	case query:
		return &apiError{code: "ExpiredToken", message: message, status: http.StatusForbidden}
	case ec2Query:
		return &apiError{code: "RequestExpired", message: "Request has expired.", status: http.StatusBadRequest}
	case restXML:
		return &apiError{code: "ExpiredToken", message: "The provided token has expired.", status: http.StatusBadRequest}
	}
	return &apiError{code: "ExpiredTokenException", message: message, status: http.StatusForbidden}
}
