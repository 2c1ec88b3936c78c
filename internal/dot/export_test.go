package dot

// Portable is what runs where the processor has no AVX2.
var Portable = portable
