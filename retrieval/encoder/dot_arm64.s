#include "textflag.h"
#include "neon_arm64.h"

// Four tokens times 8 rows of 4-bit weights; see matrix and scaled for the layouts. Rows 0 to 3 and 4 to 7 of token t are
// summed in V(2t) and V(2t+1) within a cell, in V(8+2t) and V(9+2t) over all; its 32 int8 are in V(16+2t) and V(17+2t).

// four columns, the i-th four of 16: the activations in A, B, C, D, the weights in V26, V27
#define STEP(A, B, C, D, i) \
	SDOT(A, i, 26, 0); \
	SDOT(A, i, 27, 1); \
	SDOT(B, i, 26, 2); \
	SDOT(B, i, 27, 3); \
	SDOT(C, i, 26, 4); \
	SDOT(C, i, 27, 5); \
	SDOT(D, i, 26, 6); \
	SDOT(D, i, 27, 7)

// eight columns: the nibbles at R1, the activations from place i on
#define CHUNK(A, B, C, D, i) \
	VLD1.P (R1)(R14), [V24.B16, V25.B16]; \
	VAND V28.B16, V24.B16, V26.B16; \
	VAND V28.B16, V25.B16, V27.B16; \
	STEP(A, B, C, D, i); \
	VUSHR $4, V24.B16, V26.B16; \
	VUSHR $4, V25.B16, V27.B16; \
	STEP(A, B, C, D, (i+1))

// the sums of a token at s begin with what moves nibbles to -8..7
#define FIX(s, I, J) \
	FMOVD (s), F31; \
	VDUP V31.S[1], I.S4; \
	VDUP V31.S[1], J.S4

// the sums I, J of the token whose scale is at s, scaled with V29, V30 into F, H
#define SCALE(s, I, J, F, H) \
	FMOVD.P 8(s), F31; \
	SCVTF(I, I); \
	SCVTF(J, J); \
	FMULLANE0(31, 29, 26); \
	FMULLANE0(31, 30, 27); \
	FMLA(26, I, F); \
	FMLA(27, J, H)

// func dot4NEON(w, n *byte, q *int8, s *scaled, bias, y *float32, G, stride int)
TEXT ·dot4NEON(SB), NOSPLIT, $0-64
	MOVD w+0(FP), R0
	MOVD n+8(FP), R1
	MOVD q+16(FP), R3
	MOVD s+24(FP), R7
	MOVD bias+32(FP), R11
	MOVD y+40(FP), R12
	MOVD G+48(FP), R13
	ADD R13<<5, R3, R4 // a token's int8 take 32 bytes a cell, its scales 8
	ADD R13<<5, R4, R5
	ADD R13<<5, R5, R6
	ADD R13<<3, R7, R8
	ADD R13<<3, R8, R9
	ADD R13<<3, R9, R10
	MOVD $64, R14 // from eight columns to the next
	MOVD $288, R15 // from cell to cell
	VLD1 (R11), [V8.S4, V9.S4]
	VMOV V8.B16, V10.B16
	VMOV V9.B16, V11.B16
	VMOV V8.B16, V12.B16
	VMOV V9.B16, V13.B16
	VMOV V8.B16, V14.B16
	VMOV V9.B16, V15.B16
	VMOVI $15, V28.B16
cell:
	VLD1.P 32(R3), [V16.B16, V17.B16]
	VLD1.P 32(R4), [V18.B16, V19.B16]
	VLD1.P 32(R5), [V20.B16, V21.B16]
	VLD1.P 32(R6), [V22.B16, V23.B16]
	FIX(R7, V0, V1)
	FIX(R8, V2, V3)
	FIX(R9, V4, V5)
	FIX(R10, V6, V7)
	CHUNK(16, 18, 20, 22, 0)
	CHUNK(16, 18, 20, 22, 2)
	CHUNK(17, 19, 21, 23, 0)
	CHUNK(17, 19, 21, 23, 2)
	ADD $32, R1 // four chunks are 256 bytes, a cell 288
	VLD1.P (R0)(R15), [V31.B16]
	FCVTL(31, 29)
	FCVTL2(31, 30)
	SCALE(R7, 0, 1, 8, 9)
	SCALE(R8, 2, 3, 10, 11)
	SCALE(R9, 4, 5, 12, 13)
	SCALE(R10, 6, 7, 14, 15)
	SUBS $1, R13
	BNE cell
	MOVD stride+56(FP), R13
	LSL $2, R13
	VST1.P [V8.S4, V9.S4], (R12)(R13)
	VST1.P [V10.S4, V11.S4], (R12)(R13)
	VST1.P [V12.S4, V13.S4], (R12)(R13)
	VST1 [V14.S4, V15.S4], (R12)
	RET
