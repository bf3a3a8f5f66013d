"""Small 7z archives, written by other programs than ours: 7-Zip 26.02 and libarchive 3.6.2, of Debian 12.

Each line above an archive is the command that made it, in a folder holding ``FILES``, the empty folder
``dossier vide`` and a link ``lien`` (the archive's name and those of the files follow the command).
"""

from __future__ import annotations

import base64

FILES: dict[str, bytes] = {
    "données/été.csv": "code;nom\n30007;Alès\n".encode() * 40,
    "données/zones.csv": b"id;alea\n" + b"1;fort\n" * 50,
    "machine.bin": b"".join(
        b"\xe8" + (number * 4099 % 65536).to_bytes(4, "little") + b"abc" for number in range(60)
    ),
    "vide.txt": b"",
}


def _bytes(text: str) -> bytes:
    return base64.b85decode(text)


READ: dict[str, bytes] = {
    # 7zz a
    "solid": _bytes(
        "H+sCUCma9-"
        "WwlXaWdQ&H00000BLDyZ000001@pL%;0BEVt6cyznFC}xE)=^SI8x6WF)GyGVVilA8Ksbk(jZc{FcSl`HdM6aPSjss@7{?`^SXnb"
        "T5#_dX4AqT+)NA7Slvn9szI8NQ0f~Rc4N$2d7_<YDHqpyq!9P#C2ym5vXc%pA1z8;N8y6hn#_$cD+=b#arFF=87|k=7h1RDR#g;j"
        "%2XK3pr@@On?cJqaNae2m)O8lFB)p>UGF#B(L@eR^i0dj$e!cuY5M>G0D&_Ht`F5P$iden)Bdw?7=b_@ZrRh<1<Qn4VD;EA$IEj3"
        "#iEE9xY3a#mvO3i2>S5v(v+q~PrM)}S%_$1Ovb+K<1iVkFS&d!$3K7d+c8?cQqI{Nzx61BQ~V*o8hjbHjQbd_j&Pw?{V9%iT7c$="
        "fZR--Q>y!Acd@VVMRUM{v=Y&|_<!A39;IxQ2f{z*EAWOrR!1$6<Ax2X=h71Ls$*N4+}M_V8Fc^v02c;;vjGW!vH%AQ0RRCb0|5aA"
        "T>uaO01SaH3IWLie*gdg"
    ),
    # 7zz a -m0=LZMA
    "lzma1": _bytes(
        "H+sCUCma9-"
        "3kGD1UjYCB00000BLDyZ000000;vb305q8cWI8SsyB;`F&l@o+)Zby7d6OBXkcrYDQnoM?1GF|&wB%0IUtaItiB0pmgPmG%?-"
        "yp%!XVsC3({EKN#3eKnvhWH8ya?F%v*V)ooFc+*LkE6_va;Vqj$2C4m2MvN?b?bg4CMKjWH_<=FM^R{E-<h*VPwVx8qh-"
        "6m7~>7|Woits<L2%QkS{HGP-Zz*8?8YV2L_H`~!f4ovh+%gV@}<Lqhs004nA2d)p*Frf?=B-"
        "8%0elLlVzP>q!wR&md;?9DF#G)#B^1f>uG<fMXubCt>lmqteZ7YMduh~*Z8o|}D(XR_oHGyE_X<tBEK3pqX2fSJF<eoYvOkA3h8Q"
        "Nu%KqUAH*u6<3zropOT2JW@#mu|PDw2m)vUea)CRq7D@`iQR+DB|wTn;dLaajglFPm_EY|xO$1*TyED~9@7aD^e71Fm=t=1_RnZA"
        "LM*0000N27s&q34pTz2MYlJ0V4we0R>$E5C8xSfi4OG?7m=y000"
    ),
    # 7zz a -m0=LZMA2 -ms=off
    "lzma2 not solid": _bytes(
        "H+sCUCma9-kJ-ljegOag00000BLDyZ00000C<`6W-~nX-"
        "7hM1}nFC}xE)=^SI8x6WF)GyGVViav0002s14jTLT>vqg$gos<W;?W4JRx0>wIC&%%e_G&wqJbb@f2jQKL7yW0p9?9T>x|dFia*R"
        "D5E~cfp?A-=XlEhq1{Wz@N6wdP3pg+VmhZo<HS{d`Hg!R%;XDS0~?y3z%TY0NrluI60m2(>pXjwNZr||^tSdBf^m0-"
        "@Ws~rau?@jwn+myPD^0^Cv?7cS9m>Pp!muw<h6wG4|JEKiFbpP>|-Lgh`U(;004nA2d+<`XU;+?RqHJGK_Oj8iJ`-"
        "62R~qj?@>$tu9-+J16#V3gsR|Shtq5`a4Tm-1bC&RG1;<YTLoZn+mUi*F4O-~*CDLYGFJP-BAq@)o|t~DJ5|^HL}(PW&oN*2ZH_U"
        "mDCrlb{g`S2RXXgI;~s2u!3Pv^_TWM>8=kuFqX45Ft9lLjoC_8zo7Q)ZW)Pr#z|PN>v6X*T-"
        "~Yz)_PBxnG%fZ`9+`Lm000*TfXo32fU*Dw3jqKDBLe{e1zi9T000buJ_-RXd~&A%00"
    ),
    # 7zz a -m0=BCJ -m1=LZMA2
    "bcj and lzma2": _bytes(
        "H+sCUCma9-"
        "2TH{Bj{yJx00000BLDyZ00000Gp(d*;0BEV&s_jCnFC}xE)=^SI8x6WF)GyGVVilA8Ksbk(jZc{FcSl`HdM6aPSjss@7{?`^SYQ7"
        "G#mlSJr8P249KS}B3wEcm`iF$sua{65*oCi%^0z}^+h}lh;zKA{Tz8Ql}lB^oR6VTA}rOjS~!Q(`0|&$3;uO{0<i$wA-++<hnO-L"
        "P_!}Nx~vhd2aaAWlJ(&RjthF|IR3gjWC+H432}eW?mcWX!t@99CL?{~v%{i?<!~2>FMC@p(LGFCysg$_du-"
        "(6+)m9R68w;r)L8%k0D&_Ht`F5Ql={~s(a+=ejwC8Huu&i!V&yQpyX0_{iy4lKQWF@d?@tYujbo-XB>z}6{iY`qlhd$bf&yS>auK"
        "BqC}v(yiO&sbXs~w3uo^85q_B)SA$C-#Cy*&*rI9^S-"
        "+ww|b+Qw?LBRAB3FuGwG_29v^kWp#J2a747NkO=O6@@eqU3oWCah1XS?jF@)Vm}@uM^WWmq<nYzH5+clQv17!rA;`Q8Akgf44oB0"
        "000N27uQA34pi&2MYlJ0V4we0R>$E5C8xSfj$ZWe)UjG000"
    ),
    # 7zz a -m0=BCJ -m1=LZMA
    "bcj and lzma1": _bytes(
        "H+sCUCma9-"
        "12NGFjR61v00000BLDyZ00000>PUy>05q8cWI8SsyB;`F&l@o+)Zby7d6OBXkcrYDQnoM?1GF|&wB%0IUtaItiB0pmm=!b}0m?lO"
        "YD)~rrz|2|IvAKsYDcOR)EyEUw4luxvAgv}JPn9*yr%sec`=nsRl=N)p-&<#)w5bShtv4-"
        "m%I!9b$kM`0NWwHQNo9qG8j;_G2pta5v~W0UM!OJ;RcQidgwU*x;tbD#(N2If6(qdY%{|22lOT*ed4pjqKD;h7l<!=TP@K&Ok2FI"
        ")?<5Y<m22<%_0)~kd@R~004nA2d)p*F>OT`B+<{~{%bioyjb*i$aaT5=kIO2yvk#`Xr@<Og-"
        "a%_5Y!tpb#dk5PMS4abU|Tf;$^xZSkd<bnqEYH%N@>sshWb4VLW1WRhO=KbG*7>jvEuhqd1lWh1r8g2yu>j@20od`Vj#*f{jc{m5"
        "_80VU7G~%*iTna{aO?&C!%>dXqgvaze=oY1OpQ9B|Qe85yoIt<=Y5r7^b?V1mkW0_4>eb^ytlqNbO;r<BwH02c;;&;bd6y#NOb0R"
        "RCb0|5aAT>uaO01SaX3IS%7Mq~g0"
    ),
    # 7zz a -m0=ARM -m1=LZMA
    "arm and lzma1": _bytes(
        "H+sCUCma9-"
        "*OpRVX#oHL00000BLDyZ00000F>H{p05q8cWI8SsyB;`F&l@o+)Zby7d6OBXkcrYDQnoM?1GF|&wB%0IUtaItiB0pmgPmG%?-"
        "yp%!XVsC3({EKN#3eKnvhWH8ya?F%v*V)ooFc+*LkE6_va;Vqj$2C4m2MvN?b?bg4CMKjWH_<=FM^R{E-<h*VPwVx8qh-"
        "6m7~>7|Woits<L2%QkS{HGP-Zz*8?8YV2L_H`~!f4ovh+%gV@}<Lqhs004nA2d)p*Frf?=B+<{~{%bioyjb*i$aaT66`V(9h4T^X"
        "BC(e3ee^)kcf+^OoR5jTPk3OXzmgM8=Yg3b31Q4Lt;tw*HcKfL`TD;rDuv1aTXypPj4l_*+@2UTkh7rvaTg%)qS)3X2sp$vxC{xc"
        "AoCls7_9z-c0!FH%T$<`I99r-jRep&K)}ecoZe<JOk!Aghy*Jn=bxiBS_zV0s?E`a6~Y*L;=k%(EQRE*TQ;fSk-"
        "b3x02c;;tN{sty#NOb0RRCb0|5aAT>uaO01SaX3IT-!{7e7<"
    ),
    # 7zz a -m0=Delta:4 -m1=LZMA2
    "delta and lzma2": _bytes(
        "H+sCUCma9-"
        "fN`}95dr`J00000BLDyZ00000z2{>O;0BEWQC$EunFC}tm3KTfeIp^jm=^4d50Ay*?9S6ld3&e==eu~J6k7ikR)UqHW{?$aY(rP<"
        "n?aLJ1TI~txj2pqe-uUg=Mtyg(njc19aY30#3308+}J@`eIEE`N{EZntlCy$aM2$L2g9<jC{59#v+gLA68fjh`i_G_;R@TE6r_~$"
        "(4$q$tD^Y)N%a<REmEzF?+S%GqAs`J43>F5xHKW@%|qmsF8Z)&G2kuPC~(w_bos~N{NFgZ;W11gc>meb)u6_NxgQFzEAFZ({ExQ_"
        "(zE_Qdh6EA;b#WhAoGV&F>DsT79rV%!0$z2+K7Zmz@Nz0xx8PO-"
        "5?qG)67r3py$@Ra8}*#hT8S{gkOH{$>Ky>)+<|LSFc@{0q`p{Dg#~jcwneew)Y_=6;LfD=*taLanUwi5I5(=_O1$R=z{iUMzz+q6"
        "2c5P5otC60001iGY75@)j7(uS0vHT<M)mvPuWurw9i+ZXUf4TM{pem(w))Dcy?eKHpdE|JwS<$=Y0QPf!y_EuHpoRI5j{Y)!@R+K"
        "%(42mpd%!OQvLCMe_ULJ^Tqp=?|yU<Eu)+ChTAo(CGdDWlw{tz=j+sD;GHB@!6yf>-yH(Y@brm3euq)1A-"
        "Oxn%?~LCup3a#uOA20AbZ#CI{O~OD1^p=CA{l#mq3(rNbfD@Qc-lhE@Oo02c;<Spf-"
        "vxBv$W0RRCb0|5aAT>uaO01SaX3IVnCh93X`"
    ),
    # 7zz a -m0=Copy
    "copy": _bytes(
        "H+sCUCma9-BH245ItKs%00000BLDyZ00000nXBjEX=FQLY-"
        "M2zF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3N"
        "broZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^"
        "ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP"
        "6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7"
        "#ZkbP6#$W^ZzI3NbroZ*p`BF*{~&a&!tYJ7#ZkbP8i{WMw;UZ*2-QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-"
        "J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|&Z`WMw;UZ*2-"
        "QFfcGTJ3(y2sB;QqZ)9aVZf|W0GcYhPH#<RW!>Dr#V{c?-J8o}n3NtV;FgH6vY{RH?3S)0%Wjk(fZ3;6mFfcbeL2SdQa|-"
        "AH0001CVq@q75C8ySVq@qAAOHYiVq@qDFaQ8yVq@qGKmY(?Vq@qJPyhg7Vq@qMU;qGNVq@qPZ~y>dVq@qSfB*ntVq@qVkN^N-"
        "Vq@qYpa1}2Vq@qbumAvIVq@qezyJVYVq@qh&;S5oVq@qk-"
        "~a$&Vq@qn@Bjc|Vq@qq0001CVq@qt5C8ySVq@qwAOHYiVq@qzFaQ8yVq@q$KmY(?Vq@q(Pyhg7Vq@q+U;qGNVq@q<Z~y>dVq@q?f"
        "B*ntVq@q_kN^N-Vq@q|pa1}2Vq@r0umAvIVq@r3zyJVYVq@r6&;S5oVq@r9-"
        "~a$&Vq@rC@Bjc|Vq@rF0001CVq@rI5C8ySVq@rLAOHYiVq@rOFaQ8yVq@rRKmY(?Vq@rUPyhg7Vq@rXU;qGNVq@raZ~y>dVq@rdf"
        "B*ntVq@rgkN^N-Vq@rjpa1}2Vq@rmumAvIVq@rpzyJVYVq@rs&;S5oVq@rv-"
        "~a$&Vq@ry@Bjc|Vq@r#0001CVq@r&5C8ySVq@r*AOHYiVq@r;FaQ8yVq@r>KmY(?Vq@r^Pyhg7Vq@r{U;qGNVq@r~Z~y>dVq@s2f"
        "B*ntVq@s5kN^N-"
        "Vq@s8pa1}2Vq@sBumAvIVq*XRfinlLPo)T^iTKx0!JdrceK><Ac`a889EsAIWL)xvEhN%|%B$`5b_mMcOE@IC%a$x~I;mkTT!uK5"
        "Y!$0BkXEDCYYc7yUTP~azi%ZnCSS9kar)v7VOSRZ=T-"
        "{I+J~ioZTD%1gZw`t4tQ??QQx^UxHcw?HGahLeOzdkcsf$KNKKks$4l5ei~_Qmh`WW@Y5=*0SFGsg{DO+(1^2I$0V5Mw000*ThK>"
        "OVfUE!q3jqKDBLe{e1zi9T000buJ_-S{S6l%A00"
    ),
    # 7zz a -mhc=off
    "header in clear": _bytes(
        "H+sCUCma9-"
        "xT;^Fvj6}900000E&%`l00000$pU`>;0BEVt6cyznFC}xE)=^SI8x6WF)GyGVVilA8Ksbk(jZc{FcSl`HdM6aPSjss@7{?`^SXnb"
        "T5#_dX4AqT+)NA7Slvn9szI8NQ0f~Rc4N$2d7_<YDHqpyq!9P#C2ym5vXc%pA1z8;N8y6hn#_$cD+=b#arFF=87|k=7h1RDR#g;j"
        "%2XK3pr@@On?cJqaNae2m)O8lFB)p>UGF#B(L@eR^i0dj$e!cuY5M>H1O@;B34pTz2MYlJ0U;p)01SqX00<2O34vyVND2W6tM!C~"
        "t8%|ol-N=L00jmP0pJe-AQ=Pz0000HfSCYf0B-<p0B!*30A&Dk0001F0B-"
        "<u0CNCo0A&Dj03ZN%0BHbZ0A&CG0CoUr0Av7V04@M@0C)g&0001F0B-<p0B!*30A&Dk051S~0B-<p0A&Dk04@My0CNC#0001F0B-"
        "<p0B!*30A&Dk051UP0CWK904@My0CNC#0001O0AT=Q0B8Vd0B!(f04@Mx0BHbj0000P0ssIMG64V^XkEFudffpXa$UK&dffpXa$U"
        "K&dffq!ZC$yzdffpVXkEFudffpXa$UK&dffpP8UX+hfbBsLfbBsbfTV#SfTV#SfTV#SfTV!{00"
    ),
    # bsdtar --format 7zip -cf
    "libarchive": _bytes(
        "H+sCUCma9+Zejq}dI10c00000BLDyZ00000uAbX}05O}$uvB|yJG59lAzhHQASIj2y+I<jUwr5B6n+NP9@3;W$cu-cvh)3?B{h{T"
        "lGIc`SR;5-"
        "MEpxc4|T!6=A}`ih7v}>R0T}wzO=>UGxB_iiH~wXOn&A+mYdTqHKNx#$<2Er5WRQ@uX2Xi7Y9H=buEwilFemcLQk!*`d8w^i{9Xu"
        "TwD2jTpwy@2ML@fg@Z7{*U`U8`I{*cG{Vd+<vH%dQQw%u|Nr-"
        "&fB*mhfinlL57jWk6_+H_{<D5BiITp)JldFLXD@h1LG8RC3U!jMbze_VcJm7di<+(XK?{hGuqhn3E`-"
        "dk$SU$cg$*#GAOJz>N;0L(5@FIHhE#dZU+qI(Y}yeG{Jx0asLRK(+(6x<%xUoDRb376xWnvdTUZ#uQ7Cx4O+hoWANZV6B<+<4{$$"
        "?NH~IRy;M%C{0<z#zUgX+t3T-;q8eZ@dM)+8Bgq_Fq%<CmCnM*VKWI)Zg%>cy(Oq#OAX8-"
        "=RJOCF4fU*GzfXDy`3jqKDBLe{e1zi9DfB+1Ek_rLsDWaeN00"
    ),
    # bsdtar --format 7zip --options compression=lzma1 -cf
    "libarchive lzma1": _bytes(
        "H+sCUCma9+Zejq}dI10c00000BLDyZ00000uAbX}05O}$uvB|yJG59lAzhHQASIj2y+I<jUwr5B6n+NP9@3;W$cu-cvh)3?B{h{T"
        "lGIc`SR;5-"
        "MEpxc4|T!6=A}`ih7v}>R0T}wzO=>UGxB_iiH~wXOn&A+mYdTqHKNx#$<2Er5WRQ@uX2Xi7Y9H=buEwilFemcLQk!*`d8w^i{9Xu"
        "TwD2jTpwy@2ML@fg@Z7{*U`U8`I{*cG{Vd+<vH%dQQw%u|Nr-"
        "&fB*mhfinlL57jWk6_+H_{<D5BiITp)JldFLXD@h1LG8RC3U!jMbze_VcJm7di<+(XK?{hGuqhn3E`-"
        "dk$SU$cg$*#GAOJz>N;0L(5@FIHhE#dZU+qI(Y}yeG{Jx0asLRK(+(6x<%xUoDRb376xWnvdTUZ#uQ7Cx4O+hoWANZV6B<+<4{$$"
        "?NH~IRy;M%C{0<z#zUgX+t3T-;q8eZ@dM)+8Bgq_Fq%<CmCnM*VKWI)Zg%>cy(Oq#OAX8-"
        "=RJOCF4fU*GzfXDy`3jqKDBLe{e1zi9DfB+1Ek_rLsDWaeN00"
    ),
}

# One file, packed in ways that are refused.
REFUSED: dict[str, bytes] = {
    # 7zz a -m0=BCJ2
    "bcj2": _bytes(
        "H+sCUCma9-"
        "4w4h&=m7u#00000VgLXD00000>*}=>=wV`G=mQV{0AXTd=msDF0AXTd=m{_Y0AXTd=nOyr0AXTd=nqf;0AXTd=n`N60AXTd=oN4P"
        "0AXTd=oo+i0AXTd=o^p#0AXTd=pLW|0AXTd=pnEG0AXTd=p?`Z0AXTd=qJzs0AXTd=qlg<0AXTd=q>O70AXTd=wV`G=ra%i0AXTd"
        "=r$k#0AXTd=s7R|0AXTd=sZ9G0AXTd=s!>Z0AXTd=t5us0AXTd=tXb<0AXTd=tzJ70AXTd=u40Q0AXTd=uV&j0AXTd=uxl$0AXTd"
        "=v2S}0AXTd=vUAH0AXTd=vv?a0AXTd=w0vt0AXTd=wV`G=wlE70AXTd=w=`Q0AXTd=xHzj0AXTd=xjg$0AXTd=x<N}0AXTd=yG5H"
        "0AXTd=yh-a0AXTd=y-"
        "qt0AXTd=zEX=0AXTd=zgF80AXTd=z*{R0AXTd=!C!k0AXTd=!eh%0AXTd=!)O~0AXTd=#B6I0AXTd=#T&a0AXTd=#vlt0AXTd=$0"
        "S=0AXTd=$SA80AXTd=$t?R0AXTd=$}vk0AXTd=%Qc%0AXTd=%sJ~0AXTd=%|1I0AXTd=&O(b0AXTd=&qmu0AXTd=&`T>0AXTd000"
        "050002B0004H0DuU{q;rt~0R#pB1POuE3;+lK2MYlJ0TcrR0UHDX009C641wSP2nqpIl-"
        "N=L00jXV01+7gZ2(~aV*qFXX#j2jWdJS!VgP9XZU6uP83F(R6bb<V9dcc{xO&|I6$SwSAb_NS000"
    ),
    # 7zz a -m0=PPMd
    "ppmd": _bytes(
        "H+sCUCma9-82)hvkpKVy00000VgLXD00000PzRe#0OuI#>F)`-{p(P$W$Y&IFvb;1kI(Qa3q)88L!%&O8H_t82ycHtrvosKIo$-"
        "NWY_&cHMmiNabo{Eam>t?z0831V+ox_Ir}mZ`13jRRpIS~H_&Lx?Gul5-"
        "&H?<m37;g@a51rbAeB~0ga6?NIZ1EEoPXid;3RZ)G6W%I9yhuE5LT|9eM%1bw}ah009IB009YrkpKq^0RRCb0|WsD1^@s701ScP0"
        "0;^JRFv3K000F683X_T000pg0Brza0Am1X0BHbj0A&C!0Ac`X0B!&P02u-R02B%V03C8&xwv}W0Tl)T03d**fdBv"
    ),
    # 7zz a -m0=BZip2
    "bzip2": _bytes(
        "H+sCUCma9-6&N<Y&Hw-a00000VgLXD00000JF2YxLRx4!F+o`-"
        "Q(5*P(VzeT(SQHRB+^M_l1U`eNo10FB+^M_l1U`eNnij#06+jhKtKQ>0Ff1{9-sgK003YB003kRsz>UY84v$eQ$RETFatmU00F)-"
        "@0ovGB+8HP`_UD-"
        "8KmvqzkmP$00000000005)y6pwJYwvXf@;gXFL;^Hr|Le@j~vHHTh2ds3$TkI_0F>!jo=3B%5)PrE4C@H5J^uV4AK*L4cWlQj7&t"
        "(a<<$rb)>?C164T0v4*p+>uTcBt3{UXaE5O1^@vGfX)C13jqKD0|WvB41wSP2nqpIl-"
        "N=L00jXV3IG5A000000000H831hnVE|(QXaH#dZUAKfE&yTxX#j2j000>R000yU0RSCxUAee=-2oK_0RSL?q=5hc"
    ),
    # 7zz a -m0=Deflate
    "deflate": _bytes(
        "H+sCUCma9-"
        "(2E5Kwg3PC00000VgLXD00000PuDDFEzLm&0s#O<;fRPR5fLdOA|fK9L`0;Bh^U5$C=n4UA|i%}h!PQzx<N<i2rXyX5sLr4&0Bt!"
        "?O(fNSay%@2<gs*?#k)zitcUczM<})>j6^_p7iiTkG%BgTaSJ8_*YNhC-GDGY5WX+7C(<)z%SyL@XPpB{2G28zk%PxZ{ZvGUHl$?"
        "AAf*9!XM*L@Td4Q{006Je}%us-{710Tl^jV9{+%U#6RO-@UQqc{5$?r{tp2J1^@vGfVKb!3jqKD0|WsG41wSP2nqpIl-"
        "N=L00jXV3IG5A000000000H831hnVE|(QXaH#dZUAKfE&yTxX#j2j000>R000yU0RSCxUAee=-2oK_0RSL?q=5hc"
    ),
    # 7zz a -m0=ARM64 -m1=LZMA2
    "arm64": _bytes(
        "H+sCUCma9-)^p-qg#Z8m00000VgLXD00000E56zs-~rzNeO&-_05D7@BPgRj#({T^73X-"
        "$|DoMW$M9?|M@{O#qhdOzL*v9%e))}i7|i4gUjrMOpTIBn8A*lI84|E(!|ObImPp;%r}Vb=6M}JfhVaGK{BjrPX0}NKIZjJp{wH+"
        "4c2{^kVW9ZRE9A9=@DFsCqltHel<Z?7w}`u0009IB009Yrg#ZT&0RRFaAprmZ3IPBNf#8AQ00;^JRFv3K000F683X_T000pg0Brz"
        "a0Am1X0BHbj0A&C!0Ac`X0B!&P02u-R02B%V03C8&xwv}W0Tl)T03d**fdBv"
    ),
    # 7zz a -psesame
    "password": _bytes(
        "H+sCUCma9-&+;82kN^Mx00000asU7T00000k5dO8purT@@1NEx_lLmqz?<8A-WV`%z;oAsGAr=LPZ4Dlj$-"
        "Q1+LG48EYA@K6V%vRym<!KFvw<#(gBblkKpiRuU*?fM5D#w=wU)5ozHL#=!86Y!3>Cl@8CX_FS~r!NFyaOOi_wz(c&5ke<IojH-"
        "L5ZdxJ1N)W<HQf>p9Ov{Pi50*fJVrHzPO*G?*30R#pB0SSPR00#>J00JZi@dp7CQx6b1a7G6HULrmZgH;$h7GNPE0RRC241k4!-"
        "~b2;0aTROQUCx20TCGhZ2(~aV*qFXX#j2jWdJS!VgP9XZU6uP83F(R6bb<V9dcc{xO&|I6$SwSAb_NS000"
    ),
    # 7zz a -psesame -mhe=on
    "password on names": _bytes(
        "H+sCUCma9-Ix>TF5CH%H00000FaQ7m00000-x|mG=I07FbEb7!sX2f38w~)41z&wfN<;in2BnPeL|91^?E?4HRJL*LH&Hxp-uz9h"
        "Aq$!j8yA$6oa@S*WA#+ug+22GPp#cCzfOn*y5LGbgD3T%@<E7Fs=MszM$QINvY&eB=+uSdlu=O$@}A_M;gZ+`na)`YbLYmnHq?oM"
        "T5yl&IrR7V$rhn&JEuh@)c|m*QLpy_Twsr1VZ&f)6H~u9k-"
        "FJS@6^m4FdsBb0!2t6D1P{E_FKAPJZMyBhk6Kd!an5zJcdBy)(~Z7wa<Bi;nXL|Bih~HyxG4}b@iRk?LXb(^MisMJMPWifLckbjl"
        "C3)la$gl@M=K8;E^CLC#3kVLQ1CfOfx&q7Y2Zk0SSPB00#>J00ATh@dp7CQxE1(mF>^3Mt~yM_emUtP@W8O3IUAXsH^}0"
    ),
    # bsdtar --format 7zip -cf
    "symbolic link": _bytes(
        "H+sCUCma9+iM^T92mt^900000A^-pY00000AE(@b06Q8;uv6mhxVYYZrPavU74|z?|Bx+{`sHQaWuC=<S%@@~>0^?GzIXA-UKu()"
        "k~Uj1{C6DSjDDk&+bFOqe!QSijF&CX%@4|%j)mhD%u~LhHp*%QNhE{+WjV9vPlvow_n+TH+vtN{6QsqfASN~<wpW~wrOgW){f8xv"
        "stQ}OG+F=u=Y0SG004nA2d)p*FYAOBY$+c|D?u`7#=uO|M;1NTO-aq7*8@Q02pdFvNAa5u=vd%y+v1)mQ5Cw;2cK~bGno5JL1Sy%"
        "M#&7J78?ZMOfs+m;I)B3c22XMj)I)+U%!T6wpKvyP5j&bAw37TN`W&A8gBbv0%qO+?6Wuk7Y2Zg0SSBn2MYlJ0V4we0R>$E0Du4t"
        "fSw8g$<4bo000"
    ),
}

# Two points, Alès and Anduze, as "points.geojson".
LAYER = _bytes(  # 7zz a
    "H+sCUCma9-SIgG8iU0rr00000Y5)KL00000Z$=18-~jjlf?WVTh>C~P=*Vq{I8W0)^1OIo^j%pS%4-"
    "b=V56}H14SikUnpY7`DbBB>A)j7;8kA>E&yuUZA3+SdNcT|POlN6x?i+YyBmz0UJ^8~R;18u)=o@<M1wS>$}t4by0c9!UscglP59"
    "O}Kg3XME)@v}Yoa*@yM0>hHh=SZ2Y6wd000351^@vGfQkSI3jqKDAt3<(41oCn2nqqc5XwaW00jXV3IG5A000000000H9{_LwZvb"
    "fkZUA%ua{w*?X8>gYZvbila{zAuZU6uP83X_T000yU0RY3%-vGaQ-2oK_0RSL?q=5hc"
)
