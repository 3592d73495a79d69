#include "textflag.h"

// func dotRowsAVX2(q, rows *int8, out *int32, n, dim int)
// Sixteen bytes at a time are widened to words, multiplied, and added in pairs.
TEXT ·dotRowsAVX2(SB), NOSPLIT, $0-40
	MOVQ q+0(FP), SI
	MOVQ rows+8(FP), DI
	MOVQ out+16(FP), R8
	MOVQ n+24(FP), CX
	MOVQ dim+32(FP), DX

row:
	VPXOR Y0, Y0, Y0
	XORQ  R9, R9

chunk:
	VPMOVSXBW (SI)(R9*1), Y1
	VPMOVSXBW (DI)(R9*1), Y2
	VPMADDWD  Y1, Y2, Y1
	VPADDD    Y1, Y0, Y0
	ADDQ      $16, R9
	CMPQ      R9, DX
	JLT       chunk

	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0x4E, X0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0xB1, X0, X1
	VPADDD       X1, X0, X0
	VMOVD        X0, (R8)
	ADDQ         DX, DI
	ADDQ         $4, R8
	DECQ         CX
	JNZ          row

	VZEROUPPER
	RET
