#include "textflag.h"

// func dotsAVX2(q *int16, data *byte, blocks int, rows *int32, n int, first int, sums *int32)
//
// Sums of products with n rows of data, which has rows[i] − first at that number times 16·blocks bytes. While a row is
// summed, the one that comes ahead rows later is fetched: rows lie anywhere in some hundred megabytes.
#define ahead 6

TEXT ·dotsAVX2(SB), NOSPLIT, $0-56
	MOVQ q+0(FP), SI
	MOVQ data+8(FP), DI
	MOVQ blocks+16(FP), R8
	MOVQ rows+24(FP), R9
	MOVQ n+32(FP), R10
	MOVQ first+40(FP), R11
	MOVQ sums+48(FP), R12
	MOVQ R8, R13
	SHLQ $4, R13 // bytes a row
	XORQ BX, BX  // row

next:
	CMPQ BX, R10
	JGE done
	LEAQ ahead(BX), AX
	CMPQ AX, R10
	JGE sum
	MOVLQSX (R9)(AX*4), AX
	SUBQ R11, AX
	IMULQ R13, AX
	ADDQ DI, AX
	LEAQ (AX)(R13*1), DX

fetch:
	PREFETCHT0 (AX)
	ADDQ $64, AX
	CMPQ AX, DX
	JLT fetch
	PREFETCHT0 -1(DX)

sum:
	MOVLQSX (R9)(BX*4), AX
	SUBQ R11, AX
	IMULQ R13, AX
	ADDQ DI, AX
	MOVQ SI, R14
	MOVQ R8, CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	SUBQ $2, CX
	JL last

two:
	VPMOVSXBW (AX), Y2
	VPMOVSXBW 16(AX), Y3
	VPMADDWD (R14), Y2, Y2
	VPMADDWD 32(R14), Y3, Y3
	VPADDD Y2, Y0, Y0
	VPADDD Y3, Y1, Y1
	ADDQ $32, AX
	ADDQ $64, R14
	SUBQ $2, CX
	JGE two

last:
	ADDQ $2, CX
	JZ reduce
	VPMOVSXBW (AX), Y2
	VPMADDWD (R14), Y2, Y2
	VPADDD Y2, Y0, Y0

reduce:
	VPADDD Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD X1, X0, X0
	VPSHUFD $0x4E, X0, X1
	VPADDD X1, X0, X0
	VPSHUFD $0xB1, X0, X1
	VPADDD X1, X0, X0
	VMOVD X0, (R12)(BX*4)
	INCQ BX
	JMP next

done:
	VZEROUPPER
	RET
