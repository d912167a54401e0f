"""DocILE: key information and line items of business documents, in the real format and in generated documents of the same format."""
